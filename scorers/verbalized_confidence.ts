import { defineScorer, Unscorable, type Scored, type Verbalized, type VerbalizedStyle } from '../src/scorer.js'
import { aggregate, AGGREGATIONS, fits, type Aggregation } from '../src/math/verbalized-candidates.js'
import { sameAnswer } from '../src/math/answer-match.js'

const STYLES: readonly VerbalizedStyle[] = ['vanilla', 'cot', 'top_k', 'multi_step', 'two_stage', 'linguistic']
/** Also what policies mean that were stored before there were options. */
const DEFAULT_STYLE: VerbalizedStyle = 'two_stage'
const MOST_REPLIES = 10

interface Asked {
  readonly style: VerbalizedStyle
  readonly aggregation: Aggregation
  readonly replies: number
}

/** A single reply is asked for without aggregation, none at all when the style does not give what it needs. */
function askedFor(options: Readonly<Record<string, unknown>>): Asked {
  const style = (options.style ?? DEFAULT_STYLE) as VerbalizedStyle
  const aggregation = (options.aggregation ?? 'none') as Aggregation
  if (!fits(style, aggregation)) return { style, aggregation, replies: 0 }
  return { style, aggregation, replies: aggregation === 'none' ? 1 : Number(options.replies) }
}

function suppliedScore(confidence: number, aggregation: Aggregation): Scored {
  if (aggregation !== 'none') {
    throw new Unscorable('needs_replies', 'One supplied number cannot be aggregated; leave `verbalized` out.')
  }
  return { value: confidence, detail: { source: 'supplied', reply: null } }
}

/** The confidence that the one reply states for the answer under test. */
function singleScore({ replies, answer, source }: Verbalized, style: VerbalizedStyle): Scored {
  const reply = replies[0]!
  const guess = reply.guesses.find((each) => sameAnswer(each.answer, answer ?? ''))
  if (guess === undefined) {
    const message =
      'Asked anew, the model gave another answer and states nothing of this one; ask with style two_stage.'
    throw new Unscorable('answer_not_stated', message)
  }
  const steps = guess.steps === undefined ? {} : { steps: guess.steps }
  return {
    value: guess.confidence,
    detail: { source, style, reply: reply.text, matched: guess.answer, ...steps, guesses: reply.guesses }
  }
}

function severalScore({ replies, answer, source }: Verbalized, { style, aggregation }: Asked): Scored {
  const read = replies.map(({ guesses }) => guesses).filter((guesses) => guesses.length > 0)
  const { value, candidates, fallback } = aggregate(style, aggregation, read, answer ?? '')
  return {
    value,
    detail: {
      source,
      style,
      aggregation: fallback ?? aggregation,
      asked: replies.length,
      parsed: read.length,
      matched: candidates.find((each) => each.matched)?.text ?? null,
      candidates: candidates.map(({ text, confidence, replies: count, matched }) => ({
        text,
        confidence,
        replies: count,
        holds_answer: matched
      }))
    }
  }
}

/**
 * The probability of being right that the model states of its own answer, or that the caller passes on. Style `two_stage`
 * shows the answer and asks for a number (self-probing). Where the model answers anew, the value is what it says of the
 * guess that has the wording of the answer under test; if no guess has, one reply states nothing about that answer and
 * there is no value, while over several replies its share is a measured 0. Replies that cannot be read are dropped and
 * counted, where Xiong's code counts them as an answer. formulas.md §6. Models state round, high numbers: rank with it,
 * and calibrate before reading it as a probability.
 */
export default defineScorer({
  name: 'verbalized_confidence',
  summary: 'The confidence that the model states in words or figures about its own answer.',
  reference: 'Tian et al. 2023, arXiv 2305.14975; Xiong et al. 2024, arXiv 2306.13063',
  needs: ['verbalized'],
  unit: 'probability',
  range: [0, 1],
  direction: 'higher_is_more_certain',
  cost: { generations: 3, entailment_pairs: 0 },
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      style: {
        type: 'string',
        enum: STYLES,
        default: DEFAULT_STYLE,
        description:
          'two_stage and linguistic ask about the answer, for a number or a phrase; in the others the model answers anew.'
      },
      aggregation: {
        type: 'string',
        enum: AGGREGATIONS,
        default: 'none',
        description:
          'none: one greedy reply. consistency and avg_conf: several replies that answer anew (avg_conf is a plain mean where they do not); pair_rank: several lists of style top_k.'
      },
      replies: {
        type: 'integer',
        minimum: 2,
        maximum: MOST_REPLIES,
        default: 5,
        description: 'Replies that are aggregated, drawn at temperature 0.7.'
      }
    }
  },
  parameters(options) {
    const { style, replies } = askedFor(options)
    return { verbalized: { style, replies } }
  },
  score({ verbalized }, options) {
    const asked = askedFor(options)
    if (verbalized.confidence !== null) return suppliedScore(verbalized.confidence, asked.aggregation)
    if (!fits(asked.style, asked.aggregation)) {
      throw new Unscorable('unfit_aggregation', `Style ${asked.style} does not give what ${asked.aggregation} needs.`)
    }
    if (verbalized.replies.every(({ guesses }) => guesses.length === 0)) {
      throw new Unscorable('not_stated', 'The model was asked for its confidence and its reply states none.')
    }
    return asked.aggregation === 'none' ? singleScore(verbalized, asked.style) : severalScore(verbalized, asked)
  }
})
