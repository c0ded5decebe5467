/** The next-token probability of given options, read at the end of a prompt. */
import type { OptionsRequest, OptionsResult } from '../engine.js'
import { checkLength, encodePrompt, type JobHandle, type LanguageModel, type Outcome } from './language-model.js'
import type { PrefillTask } from './prefill.js'

/** The distinct first tokens of an option's spellings. */
function firstTokens(model: LanguageModel, spellings: readonly string[]): number[] {
  const ids = spellings.map((spelling) => model.encodeText(spelling)[0]).filter((id) => id !== undefined)
  return [...new Set(ids)]
}

/** Starts an options request. The masses are as the model gives them, over the whole vocabulary. */
export function optionProbabilities(
  model: LanguageModel,
  request: OptionsRequest,
  outcome: Outcome<OptionsResult>
): JobHandle {
  const prompt = encodePrompt(model, request.messages)
  const ids = [...prompt, ...model.encodeText(request.prefill)]
  checkLength(ids.length + 1, model)
  const options = request.options.map((spellings) => firstTokens(model, spellings))
  const targets = options.flat()
  const probabilities = options.map(() => 0)
  const task: PrefillTask = {
    ids,
    wanted: {
      positions: targets.map(() => ids.length - 1),
      targets,
      temperatures: targets.map(() => 1),
      uniforms: targets.map(() => 0),
      topCount: 1,
      full: []
    },
    startsRows: false,
    cacheTokens: prompt.length,
    cancelled: false,
    onRun(result) {
      let at = 0
      options.forEach((option, index) => {
        for (let token = 0; token < option.length; token++)
          probabilities[index]! += Math.exp(result.targetLogprobs[at++]!)
      })
    },
    onDone() {
      outcome.done({ probabilities, promptTokens: ids.length })
    },
    onError: outcome.fail
  }
  model.loop.enqueue(task)
  return {
    cancel() {
      task.cancelled = true
    }
  }
}
