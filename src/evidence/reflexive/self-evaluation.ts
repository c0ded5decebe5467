/** Which of its own answers the model calls best. */
import { describeMembers } from '../../math/answer-options.js'
import type { EvaluatedOption, SelfEvaluation } from '../../scorer.js'
import type { Circumstances, Sources, Work } from '../kind.js'
import { shownChars, shownText } from './distinct.js'
import { subjectChars, subjectOf } from './subject.js'

/** Answers that can be chosen from at most. */
const MOST_OPTIONS = 8
const PREFILL = 'The best answer is: ('
const LETTERS = 'ABCDEFGH'
const WITH_ANSWER = { samples: { includeAnswer: true } } as const

/** Prompts at worst: every sample and the answer mean something else, and all orders are read. */
export function evaluationWork(circumstances: Circumstances): Work {
  const { supply, sampleCount, maxTokens } = circumstances
  const options = Math.min(MOST_OPTIONS, (supply.samples?.length ?? sampleCount) + 1)
  const longest = Math.max(
    shownChars(maxTokens),
    ...(supply.samples ?? []).map(({ generation }) => shownText(generation.text).length)
  )
  const perPrompt = prompt('', []).length + PREFILL.length + subjectChars(circumstances) + options * (longest + 5)
  return options === 1 ? {} : { promptChars: options * perPrompt }
}

/** The meanings among samples and answer, and what the model makes of them in every cyclic order. Throws `Missing`. */
export async function gatherSelfEvaluation(sources: Sources): Promise<SelfEvaluation> {
  const { question } = await subjectOf(sources)
  const [texts, { assignment }] = await Promise.all([
    sources.get('samples', WITH_ANSWER),
    sources.get('clusters', WITH_ANSWER)
  ])
  const described = describeMembers(
    texts.map(({ text }) => text),
    assignment
  )
  const options = shownOptions(described)
  const samples = texts.length - 1
  const leftOut = described.length - options.length
  if (options.length === 1) return { options, readings: [], leftOut, samples }
  const readings = await Promise.all(options.map((_, shift) => read(sources, question, options, shift)))
  return { options, readings, leftOut, samples }
}

/** The largest groups; that of the answer is always among them. */
function shownOptions(described: readonly EvaluatedOption[]): readonly EvaluatedOption[] {
  const shown = described.slice(0, MOST_OPTIONS)
  if (shown.some(({ holdsAnswer }) => holdsAnswer)) return shown
  return [...shown.slice(0, -1), described.find(({ holdsAnswer }) => holdsAnswer)!]
}

/** Mass of every option when the list starts with option `shift`: each letter stands once for each option. */
async function read(
  { input, ask }: Sources,
  question: string,
  options: readonly EvaluatedOption[],
  shift: number
): Promise<readonly number[]> {
  const order = options.map((_, place) => (place + shift) % options.length)
  const { probabilities } = await ask.optionProbabilities({
    model: input.model,
    messages: [
      {
        role: 'user',
        content: prompt(
          question,
          order.map((at) => shownText(options[at]!.text))
        )
      }
    ],
    prefill: PREFILL,
    options: order.map((_, place) => [LETTERS[place]!])
  })
  return options.map((_, option) => probabilities[order.indexOf(option)]!)
}

function prompt(question: string, answers: readonly string[]): string {
  return [
    `Question: ${question}`,
    'Which of these answers is the best?',
    ...answers.map((answer, place) => `(${LETTERS[place]!}) ${answer}`)
  ].join('\n')
}
