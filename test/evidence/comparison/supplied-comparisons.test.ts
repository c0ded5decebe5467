import t from 'tap'
import { QualmError } from '../../../src/errors.js'
import {
  checkComparisons,
  lookUp,
  type SuppliedComparisons
} from '../../../src/evidence/comparison/supplied-comparisons.js'

const yes = { entailment: 0.9, neutral: 0.08, contradiction: 0.02 }
const no = { entailment: 0.1, neutral: 0.1, contradiction: 0.8 }

function pointerOf(supplied: SuppliedComparisons, sampleCount: number | null): string | undefined {
  try {
    checkComparisons(supplied, sampleCount)
    return undefined
  } catch (error) {
    if (!(error instanceof QualmError) || error.code !== 'QUALM_ERR_INVALID_EVIDENCE') throw error
    return error.errors[0]?.pointer
  }
}

t.test('comparisons that fit the samples pass', async (t) => {
  t.equal(
    pointerOf(
      {
        entailment: [
          [yes, no],
          [no, yes]
        ],
        similarity: [
          [1, 0],
          [0, 1]
        ],
        answer_entailment: { forward: [yes, no], backward: [no, no] }
      },
      2
    ),
    undefined
  )
})

t.test('a matrix of the wrong size is refused where it is wrong', async (t) => {
  t.equal(pointerOf({ entailment: [[yes, no]] }, 2), '/evidence/entailment')
  t.equal(pointerOf({ entailment: [[yes, no], [yes]] }, 2), '/evidence/entailment/1')
  t.equal(pointerOf({ similarity: [[1]] }, 2), '/evidence/similarity')
  t.equal(
    pointerOf({ answer_entailment: { forward: [yes, no], backward: [no] } }, 2),
    '/evidence/answer_entailment/backward'
  )
})

t.test('classes that do not add up to one are refused', async (t) => {
  const twice = { entailment: 0.9, neutral: 0.9, contradiction: 0.2 }
  t.equal(
    pointerOf(
      {
        entailment: [
          [yes, twice],
          [no, yes]
        ]
      },
      2
    ),
    '/evidence/entailment/0/1'
  )
})

t.test('comparisons without samples are refused', async (t) => {
  t.equal(pointerOf({ entailment: [[yes]] }, null), '/evidence/entailment')
})

t.test('the answer is looked up behind the samples, in both directions', async (t) => {
  const answer = { forward: [yes, no], backward: [no, yes] }
  const look = lookUp(
    {
      entailment: [
        [yes, no],
        [no, yes]
      ],
      answer_entailment: answer
    },
    2
  )
  t.equal(look(0, 1), no)
  t.equal(look(2, 0), yes, 'forward: answer to sample')
  t.equal(look(0, 2), no, 'backward: sample to answer')
  t.equal(lookUp({}, 2)(0, 1), null)
})
