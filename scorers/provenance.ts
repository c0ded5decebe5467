import { defineScorer, Unscorable, type DescribedToken, type Warning } from '../src/scorer.js'
import { Z_AT_5_PERCENT } from '../src/math/normal.js'
import { detectable, eValues, logMixture, surpriseOf, zTest, type Surprise } from '../src/math/provenance.js'

const LEAST_TOKENS = 20
const LEVEL = 0.05
/** z with P(Z ≤ z) = 80 %, the usual power. */
const Z_AT_80_PERCENT = 0.8416212335729143
/** Log-probabilities of equal tokens may differ by float32 rounding. */
const ROUNDING_NATS = 1e-4

/** Share of tokens that were the most probable at their position. */
function topShare(tokens: readonly DescribedToken[]): number {
  const top = tokens.filter(({ logprob, distribution }) => logprob >= distribution.first - ROUNDING_NATS)
  return top.length / tokens.length
}

function warningsOf(pValue: number, statistic: number, share: number): readonly Warning[] {
  if (pValue > LEVEL || statistic >= 0) return []
  const how =
    share === 1 ? 'Every token is the most probable one, as in greedy decoding' : 'The text is too predictable'
  const message = `${how}: it is no draw at temperature 1, but a lower temperature, top-p or a memorised text would explain it, so this does not rule the model out.`
  return [{ code: 'too_predictable', message }]
}

function power(surprise: Surprise): Record<string, unknown> {
  const { below, above } = detectable(surprise, LEVEL)
  const standardError = Math.sqrt(surprise.variance) / surprise.tokens
  return {
    level: LEVEL,
    statistic_below: below,
    statistic_above: above,
    z_test_statistic: Z_AT_5_PERCENT * standardError,
    z_test_statistic_80_percent_power: (Z_AT_5_PERCENT + Z_AT_80_PERCENT) * standardError
  }
}

/**
 * Was this text drawn from the named model? The value is a p-value of "every token was drawn from the model's whole
 * distribution at temperature 1", min(1, 1/Ē) with Ē the mean of six exponential test martingales: exact for any text and
 * length, and rather cautious. Text that is greedy, tempered or cut by top-p is rejected as too predictable, S < 0, even
 * when the model wrote it; that case carries a warning. A large value does not prove that the model wrote the text.
 */
export default defineScorer({
  name: 'provenance',
  summary: 'p-value of the hypothesis that the text was drawn from the model at temperature 1.',
  reference: 'Radvand et al. 2025, arXiv 2501.02406; e-values after Ville 1939',
  needs: ['answer.reading'],
  unit: 'probability',
  range: [0, 1],
  direction: 'higher_is_more_certain',
  cost: { generations: 1, entailment_pairs: 0 },
  score(evidence) {
    const { prompted, tokens: all } = evidence['answer.reading']
    const tokens = all.filter((token) => !token.end)
    if (tokens.length < LEAST_TOKENS) {
      const message = `The text has ${tokens.length} tokens; fewer than ${LEAST_TOKENS} tell nothing of their source.`
      throw new Unscorable('too_short', message)
    }
    const surprise = surpriseOf(tokens)
    const bets = eValues(surprise, surprise.meanNll)
    const logE = logMixture(bets)
    const z = zTest(surprise)
    const statistic = surprise.meanNll - surprise.meanEntropy
    const value = Math.min(1, Math.exp(-logE))
    const share = topShare(tokens)
    return {
      value,
      detail: {
        statistic,
        mean_nll: surprise.meanNll,
        mean_entropy: surprise.meanEntropy,
        z: z?.z ?? null,
        z_p_value: z?.pValue ?? null,
        log_e_value: logE,
        bets: bets.map(({ lambda, log }) => ({ lambda, log_e_value: log })),
        detectable: power(surprise),
        most_probable_share: share,
        tokens: tokens.length,
        prompted
      },
      warnings: warningsOf(value, statistic, share)
    }
  }
})
