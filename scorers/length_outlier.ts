import { defineScorer, Unscorable, type Generation, type Warning } from '../src/scorer.js'
import { lengthOf, lengthStatistics, lengthUnit, type LengthStatistics } from '../src/math/lengths.js'
import { isLoop } from '../src/math/repetition.js'

type Statistic = 'cv' | 'iqr'

/** Why a text never came to an end of its own; null when it did. */
function runawayOf({ text, finishReason }: Generation): 'loop' | 'cut' | null {
  if (isLoop(text)) return 'loop'
  return finishReason === 'length' ? 'cut' : null
}

const RUNAWAY: Readonly<Record<'loop' | 'cut', Warning>> = {
  loop: { code: 'runaway', message: 'The answer repeats itself: at least half of its phrases occurred before.' },
  cut: { code: 'runaway', message: 'The answer did not end by itself: it was cut at its token limit.' }
}

/** The statistics of the samples that ended, or why there are none. */
function statisticsOf(lengths: readonly number[], samples: number): LengthStatistics {
  if (samples < 2) throw new Unscorable('needs_two_samples', 'The spread of lengths needs at least two samples.')
  if (lengths.length < 2) {
    throw new Unscorable(
      'degenerate_samples',
      'Fewer than two samples ended by themselves without a loop; raise `sampling.max_tokens`.'
    )
  }
  return lengthStatistics(lengths)
}

function spreadOf({ mean, deviation, p25, p50, p75 }: LengthStatistics, statistic: Statistic): number {
  const centre = statistic === 'cv' ? mean : p50
  if (centre === 0) throw new Unscorable('empty_samples', 'The samples are empty, so their lengths have no spread.')
  return (statistic === 'cv' ? deviation : p75 - p25) / centre
}

/**
 * Spread of the samples' lengths: deviation ÷ mean (`cv`), or interquartile range ÷ median (`iqr`). A prompt whose
 * answers differ much in length is open or misunderstood. Samples that loop or were cut are set aside first, because
 * their length is that of the limit. `z` tells how far the answer's own length lies from them. Blind to answers of one
 * length that contradict each other.
 */
export default defineScorer({
  name: 'length_outlier',
  summary: 'Spread of the lengths of sampled answers, and how far the answer lies from them.',
  reference: 'Perez-Ramirez et al. 2025, arXiv 2505.16881 (CASTILLO)',
  needs: ['answer', 'samples'],
  unit: 'ratio',
  range: [0, null],
  direction: 'higher_is_more_uncertain',
  cost: { generations: 11, entailment_pairs: 0 },
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      statistic: {
        type: 'string',
        enum: ['cv', 'iqr'],
        default: 'cv',
        description:
          'cv: standard deviation over mean; iqr: interquartile range over median, which one outlier leaves be.'
      }
    }
  },
  score({ answer, samples }, options) {
    const unit = lengthUnit([answer, ...samples])
    const ended = samples.filter((sample) => runawayOf(sample) === null)
    const statistics = statisticsOf(
      ended.map((sample) => lengthOf(sample, unit)),
      samples.length
    )
    const value = spreadOf(statistics, options.statistic as Statistic)
    const length = lengthOf(answer, unit)
    const runaway = runawayOf(answer)
    return {
      value,
      detail: {
        ...statistics,
        length_unit: unit,
        answer_length: length,
        z: statistics.deviation === 0 ? null : (length - statistics.mean) / statistics.deviation,
        samples: ended.length,
        degenerate_samples: samples.length - ended.length,
        runaway
      },
      warnings: runaway === null ? [] : [RUNAWAY[runaway]]
    }
  }
})
