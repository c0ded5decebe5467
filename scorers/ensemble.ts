import {
  defineScorer,
  Unscorable,
  type MemberScore,
  type MemberScores,
  type RankFit,
  type Warning
} from '../src/scorer.js'
import { jointProbability } from '../src/math/joint-logistic.js'
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

/** The fitted probability of being wrong. A combination that lacks a member is another one, of which nothing is known. */
function fitted({ members }: MemberScores, fit: RankFit): number {
  const absent = members.filter(({ rank }) => rank === null)
  if (absent.length === 0)
    return jointProbability(
      fit,
      members.map(({ rank }) => rank!)
    )
  const why = absent.map(({ scorer, reason }) => `${scorer}: ${reason ?? 'no value'}`).join(', ')
  throw new Unscorable('member_missing', `The calibration ${fit.calibration} needs all its scorers. ${why}.`)
}

const detailOf = ({ members, reference }: MemberScores) => ({
  members: members.map((member) => ({ ...member })),
  reference
})

/**
 * Mean rank of several scorers: each value becomes the share of reference answers that its scorer found less uncertain,
 * and the shares are averaged. Needs no labels; 0.5 is as uncertain as the median reference answer. Not a probability of
 * being wrong: with a calibration of several scorers it is one, by logistic regression on ranks among its examples.
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
      },
      calibration: {
        type: ['string', 'null'],
        pattern: '^[A-Za-z0-9._-]{1,64}@[1-9][0-9]{0,8}$',
        default: null,
        description:
          'name@version of a calibration of several scorers: the value is then the fitted probability of being wrong, and ' +
          '`members` is not read.'
      }
    }
  },
  parameters: (options) => ({
    scores: {
      members: options.members as readonly string[],
      calibration: (options.calibration ?? null) as string | null
    }
  }),
  members: (options) => (typeof options.calibration === 'string' ? [] : (options.members as readonly string[])),
  score({ scores }) {
    if (scores.fit !== undefined) {
      return { value: fitted(scores, scores.fit), detail: { ...detailOf(scores), calibration: scores.fit.calibration } }
    }
    const known = ranked(scores.members)
    if (known.length < FEWEST) {
      const why = scores.members.map(({ scorer, reason }) => `${scorer}: ${reason ?? 'no reference'}`).join(', ')
      throw new Unscorable('too_few_members', `Fewer than ${FEWEST} members have a value. ${why}.`)
    }
    return {
      value: mean(known.map(({ rank }) => rank)),
      detail: detailOf(scores),
      warnings: warningsOf(scores)
    }
  }
})
