/** Labelled examples from JSON Lines. */
import type { EvaluationExample } from '../schemas/evaluation.js'

/** A file that cannot be evaluated. The message says where, and what to do. */
export class ExamplesError extends Error {
  override readonly name = 'ExamplesError'
}

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function labelOf({ correct, answers }: Fields): Pick<EvaluationExample, 'correct' | 'answers'> {
  if ((correct === undefined) === (answers === undefined)) {
    throw new ExamplesError('give exactly one of `correct` and `answers`')
  }
  if (answers === undefined) {
    const isGrade = typeof correct === 'boolean' || (typeof correct === 'number' && correct >= 0 && correct <= 1)
    if (isGrade) return { correct }
    throw new ExamplesError('`correct` is true, false or a number from 0 to 1')
  }
  const isList = Array.isArray(answers) && answers.length > 0
  if (isList && answers.every((each): each is string => typeof each === 'string' && each !== '')) return { answers }
  throw new ExamplesError('`answers` is a list of accepted answers, none of them empty')
}

function requestOf({ request, question, answer }: Fields, system: string | null): EvaluationExample['request'] {
  if (isFields(request)) return request
  if (request !== undefined) throw new ExamplesError('`request` is a /v1/score body')
  if (typeof question !== 'string' || question === '') throw new ExamplesError('give `request` or `question`')
  const told = system === null ? [] : [{ role: 'system', content: system }]
  const asked = { messages: [...told, { role: 'user', content: question }] }
  return answer === undefined ? asked : { ...asked, answer }
}

function parse(line: string): Fields {
  try {
    const value: unknown = JSON.parse(line)
    if (isFields(value)) return value
  } catch {
    throw new ExamplesError('it is not valid JSON')
  }
  throw new ExamplesError('it is not a JSON object')
}

/**
 * Reads lines of `{"request", "correct" | "answers"}` or `{"question", "answer"?, "correct" | "answers"}`; other fields
 * of the second form are passed over, blank lines too. `system` goes before every bare question. Throws
 * `ExamplesError` with the number of the first line at fault.
 */
export function readExamples(text: string, system: string | null): readonly EvaluationExample[] {
  const lines = text.replace(/^\uFEFF/u, '').split('\n')
  const examples = lines.flatMap((line, i) => {
    if (line.trim() === '') return []
    try {
      const fields = parse(line)
      return [{ request: requestOf(fields, system), ...labelOf(fields) }]
    } catch (error) {
      if (error instanceof ExamplesError) throw new ExamplesError(`line ${i + 1}: ${error.message}`)
      throw error
    }
  })
  if (examples.length === 0) throw new ExamplesError('there are no examples in it')
  return examples
}
