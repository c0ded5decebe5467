import { defineScorer, Unscorable, type MemberScore, type MemberScores, type Warning } from '../src/scorer.js'
import { mean } from '../src/math/logprob.js'

const FEWEST = 2

function ranked(members: readonly MemberScore[]): readonly (MemberScore & { readonly rank: number })[] {
  return members.filter((member): member is MemberScore & { readonly rank: number } => member.rank !== null)
}

function warningsOf({ members, reference, referenceFits }: MemberScores): readonly Warning[] {
  const missing = members.filter(({ rank }) => rank === null).map(({ scorer }) => scorer)
  const absent = `The average leaves out ${missing.join(', ')}: compare it only with averages of the same members.`
  const foreign = `Ranks are among answers of ${reference}: the order of answers is meaningful, the value itself less so.`
  return [
    ...(missing.length === 0 ? [] : [{ code: 'members_missing', message: absent }]),
    ...(referenceFits ? [] : [{ code: 'reference_mismatch', message: foreign }])
  ]
}

/**
 * Mean rank of several scorers: each value becomes the share of reference answers that its scorer found less uncertain,
 * and the shares are averaged. Needs no labels; 0.5 is as uncertain as the median reference answer. Not a probability of
 * being wrong: calibrate it for that.
 */
export default defineScorer({
  name: 'ensemble',
  summary: 'Several scorers in one: the average of their ranks among reference answers.',
  reference: 'Aslam and Montague 2001, doi 10.1145/383952.384007 (Borda count); members by docs/quality.md',
  needs: ['scores'],
  unit: 'ratio',
  range: [0, 1],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 15, entailment_pairs: 0 },
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      members: {
        type: 'array',
        items: { type: 'string', minLength: 1, maxLength: 64 },
        minItems: FEWEST,
        maxItems: 16,
        uniqueItems: true,
        default: ['mean_nll', 'sample_agreement', 'prompt_agreement'],
        description: 'Scorers to combine, each with the options that the request gives it.'
      }
    }
  },
  parameters: (options) => ({ scores: { members: options.members as readonly string[] } }),
  members: (options) => options.members as readonly string[],
  score({ scores }) {
    const known = ranked(scores.members)
    if (known.length < FEWEST) {
      const why = scores.members.map(({ scorer, reason }) => `${scorer}: ${reason ?? 'no reference'}`).join(', ')
      throw new Unscorable('too_few_members', `Fewer than ${FEWEST} members have a value. ${why}.`)
    }
    return {
      value: mean(known.map(({ rank }) => rank)),
      detail: { members: scores.members.map((member) => ({ ...member })), reference: scores.reference },
      warnings: warningsOf(scores)
    }
  }
})
