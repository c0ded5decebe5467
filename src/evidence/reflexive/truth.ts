/** P(True): whether the model, asked, takes the answer for true (formulas.md §2.4). */
import type { Message, OptionsRequest } from '../../engine/engine.js'
import type { TruthReading, TruthReadings } from '../../scorer.js'
import type { Circumstances, Sources, Work } from '../kind.js'
import { distinctTexts, shownChars } from './distinct.js'
import { subjectChars, subjectOf } from './subject.js'

/** Brainstormed answers that are shown at most. */
const MOST_IDEAS = 10
const PREFILL = 'The possible answer is: ('
/** Every order of the options: the letter alone draws some mass, and the mean over both orders cancels that. */
const ORDERS = [
  ['True', 'False'],
  ['False', 'True']
] as const

type Order = (typeof ORDERS)[number]

/** Prompts at worst; nothing is written. */
export function truthWork(circumstances: Circumstances, brainstorm: boolean): Work {
  const ideas = brainstorm ? MOST_IDEAS * shownChars(circumstances.maxTokens) : 0
  const promptChars = prompt('', '', [], ORDERS[0]).length + PREFILL.length + subjectChars(circumstances) + ideas
  return { promptChars: ORDERS.length * promptChars }
}

/** One reading per order of the options. Throws `Missing`. */
export async function gatherTruth(sources: Sources, brainstorm: boolean): Promise<TruthReadings> {
  const { question, answer } = await subjectOf(sources)
  const ideas = brainstorm ? await brainstormed(sources) : []
  const readings = await Promise.all(
    ORDERS.map((order) => read(sources, { role: 'user', content: prompt(question, answer.text, ideas, order) }, order))
  )
  return { readings, ideas: brainstorm ? ideas.length : null }
}

async function brainstormed({ get }: Sources): Promise<readonly string[]> {
  const samples = await get('samples')
  return distinctTexts(
    samples.map(({ text }) => text),
    MOST_IDEAS
  )
}

async function read({ input, ask }: Sources, message: Message, order: Order): Promise<TruthReading> {
  const request: OptionsRequest = {
    model: input.model,
    messages: [message],
    prefill: PREFILL,
    options: [['A'], ['B']]
  }
  const [first = 0, second = 0] = (await ask.optionProbabilities(request)).probabilities
  return order[0] === 'True' ? { true: first, false: second } : { true: second, false: first }
}

function prompt(question: string, answer: string, ideas: readonly string[], [first, second]: Order): string {
  return [
    `Question: ${question}`,
    ...(ideas.length === 0 ? [] : ['Brainstormed ideas:', ...ideas.map((idea) => `- ${idea}`)]),
    `Possible answer: ${answer.trim()}`,
    'Is the possible answer:',
    `(A) ${first}`,
    `(B) ${second}`
  ].join('\n')
}
