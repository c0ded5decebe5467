/** Answers, judges and scores the example sets; one record per answer. */
import type { Engine } from '../../src/engine/engine.js'
import type { Scorer } from '../../src/scorer.js'
import { containsAnswer } from '../../src/math/answer-match.js'
import { answerColumns, choiceColumns, textColumns } from './columns.js'
import { scoreQuestion, type Asked, type Column } from './gather.js'
import { conversation } from './prompt.js'
import { readQuestions, readSolved, type Question, type SetName } from './questions.js'
import { collect, type QualityRecord } from './records.js'

/** What a run is made with. */
export interface Setup {
  readonly engine: Engine
  readonly scorers: ReadonlyMap<string, Scorer>
  /** Folder of the records. */
  readonly folder: string
  /** Most questions of a set; each set has its own limit too. */
  readonly limit: number
}

/** Questions per set: all facts, and as many others as a table needs without taking an hour. */
const LIMITS = { facts: 349, 'open-trivia': 80, 'nq-open': 60, choices: 40, gsm8k: 40 } as const

/** A seed that depends on the question alone. */
export function seedOf(id: string): number {
  return Array.from(id).reduce((hash, character) => (Math.imul(hash, 31) + character.codePointAt(0)!) >>> 0, 7)
}

/** An open question as it is asked. */
export function askedOf({ id, question }: Question): Asked {
  return { messages: conversation(question), seed: seedOf(id) }
}

/** `count` items spread evenly: the files are ordered by category. */
export function spread<T>(items: readonly T[], count: number): readonly T[] {
  const step = Math.max(1, items.length / count)
  return items.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step)).slice(0, count)
}

/** The model answers the questions of a set greedily. */
export function answerSet({ engine, scorers, folder, limit }: Setup, name: SetName): Promise<readonly QualityRecord[]> {
  const columns = answerColumns(scorers, name === 'facts')
  const questions = spread(readQuestions(name), Math.min(limit, LIMITS[name]))
  return collect(`${folder}/${name}.jsonl`, questions, async (question) => {
    const scored = await scoreQuestion(engine, askedOf(question), columns)
    return { ...scored, id: question.id, group: question.id, right: containsAnswer(scored.answer, question.answers) }
  })
}

/** The model picks one of the choices. */
export function chooseSet({ engine, scorers, folder, limit }: Setup): Promise<readonly QualityRecord[]> {
  const columns = choiceColumns(scorers)
  const questions = spread(readQuestions('open-trivia'), Math.min(limit, LIMITS.choices))
  return collect(`${folder}/choices.jsonl`, questions, async (question) => {
    const choices = question.choices ?? []
    const chosen = await likeliestChoice(engine, question, choices, columns)
    const asked = { ...askedOf(question), choices, answer: chosen }
    const scored = await scoreQuestion(engine, asked, columns)
    return { ...scored, id: question.id, group: question.id, right: question.answers.includes(chosen) }
  })
}

/** The choice that its own probability ranks first. */
async function likeliestChoice(
  engine: Engine,
  question: Question,
  choices: readonly string[],
  columns: readonly Column[]
): Promise<string> {
  const probability = columns.filter(({ label }) => label === 'option_probability')
  const uncertainties = await Promise.all(
    choices.map(async (answer) => {
      const asked = { messages: conversation(question.question), seed: 0, choices, answer }
      return (await scoreQuestion(engine, asked, probability)).scores['option_probability'] ?? Number.POSITIVE_INFINITY
    })
  )
  return choices[uncertainties.indexOf(Math.min(...uncertainties))]!
}

/** Recorded solutions: each in turn is the answer, the other three are the samples. Texts alone are read. */
export function solvedSet({ engine, scorers, folder, limit }: Setup): Promise<readonly QualityRecord[]> {
  const columns = textColumns(scorers)
  const items = spread(readSolved(), Math.min(limit, LIMITS.gsm8k)).flatMap((solved) =>
    solved.solutions.map((solution, i) => ({ id: `${solved.id}-${solution.model}`, solved, solution, i }))
  )
  return collect(`${folder}/gsm8k.jsonl`, items, async ({ id, solved, solution, i }) => {
    const asked: Asked = {
      messages: [{ role: 'user', content: solved.question }],
      answer: solution.text,
      samples: solved.solutions.filter((_, other) => other !== i).map(({ text }) => text),
      seed: 0,
      fill: 'never'
    }
    const scored = await scoreQuestion(engine, asked, columns)
    return { ...scored, id, group: solved.id, right: solution.correct }
  })
}
