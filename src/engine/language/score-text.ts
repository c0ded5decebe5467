/** Teacher forcing: what the model thinks of every token of a text that somebody else wrote. */
import type { ScoreTextRequest, ScoreTextResult } from '../engine.js'
import { checkLength, encodePrompt, type JobHandle, type LanguageModel, type Outcome } from './language-model.js'
import type { PrefillTask } from './prefill.js'
import { renderTokens } from './render.js'
import type { RawToken } from './rows.js'
import { rawToken, wholeRow } from './wants.js'

function tokensToScore(model: LanguageModel, request: ScoreTextRequest): number[] {
  const ids = request.ids ?? model.encodeText(request.text)
  const end = [...model.ends][0]
  return request.includeEnd && end !== undefined ? [...ids, end] : [...ids]
}

/** Starts a scoring request. Token t is predicted at the position before it. Throws QUALM_ERR_PROMPT_TOO_LONG. */
export function scoreText(
  model: LanguageModel,
  request: ScoreTextRequest,
  outcome: Outcome<ScoreTextResult>
): JobHandle {
  const prompt = request.messages === null ? [model.start] : encodePrompt(model, request.messages)
  const targets = tokensToScore(model, request)
  const ids = [...prompt, ...targets.slice(0, -1)]
  checkLength(ids.length + 1, model)
  const tokens: RawToken[] = []
  const describes = request.distributions === true
  const width = Math.max(1, Math.min(request.topCount, model.vocabulary))
  const task: PrefillTask = {
    ids,
    wanted: {
      positions: targets.map((_, at) => prompt.length - 1 + at),
      targets,
      temperatures: targets.map(() => 1),
      uniforms: targets.map(() => 0),
      topCount: width,
      full: describes ? targets.map((_, at) => at) : []
    },
    startsRows: false,
    cacheTokens: prompt.length,
    cancelled: false,
    onRun(result, first, count) {
      for (let at = 0; at < count; at++) {
        const drawn = { id: targets[first + at]!, logprob: result.targetLogprobs[at]! }
        const whole = describes ? wholeRow(result, at, model.vocabulary) : null
        tokens.push(rawToken(result, { index: at, width, count: request.topCount, whole }, drawn))
      }
    },
    onDone() {
      outcome.done({ tokens: renderTokens(tokens, model.text, model.ends), promptTokens: prompt.length })
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
