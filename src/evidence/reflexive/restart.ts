/** Whether the model would do better if it started over (formulas.md §13.2). */
import type { RestartReadings } from '../../scorer.js'
import type { Circumstances, Sources, Work } from '../kind.js'
import { subjectChars, subjectOf } from './subject.js'

const YES = ['Yes', ' Yes', 'yes', ' yes', 'YES']
const NO = ['No', ' No', 'no', ' no', 'NO']
const ORDERS = ['Yes or No', 'No or Yes'] as const

/** Prompts at worst; nothing is written. */
export function restartWork(circumstances: Circumstances): Work {
  return { promptChars: ORDERS.length * (prompt('', '', ORDERS[0]).length + subjectChars(circumstances)) }
}

/** One reading per order in which the options are named. Throws `Missing`. */
export async function gatherRestart(sources: Sources): Promise<RestartReadings> {
  const { question, answer } = await subjectOf(sources)
  const results = await Promise.all(
    ORDERS.map((order) =>
      sources.ask.optionProbabilities({
        model: sources.input.model,
        messages: [{ role: 'user', content: prompt(question, answer.text, order) }],
        prefill: '',
        options: [YES, NO]
      })
    )
  )
  return { readings: results.map(({ probabilities: [yes = 0, no = 0] }) => ({ yes, no })) }
}

function prompt(question: string, answer: string, order: string): string {
  return [
    `Question: ${question}`,
    `Your answer: ${answer.trim()}`,
    `If you started over, would you give a better answer? Reply with one word, ${order}.`
  ].join('\n')
}
