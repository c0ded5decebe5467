/** Named choices of scorers and the decoding that applies when a request names none. */

export type PresetName = 'instant' | 'fast' | 'balanced' | 'thorough'

/** `samples`: how many are drawn; `generates`: whether the language model may be asked at all. */
export interface Preset {
  readonly scorers: readonly string[]
  readonly samples: number
  readonly generates: boolean
}

const TOKEN_SCORERS = ['g_nll', 'mean_nll', 'min_token_probability', 'mean_token_entropy'] as const

/** From free to dear; `GET /v1/presets` tells the cost. Members are the best of their cost in docs/quality.md. */
export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  instant: { scorers: TOKEN_SCORERS, samples: 0, generates: false },
  fast: { scorers: TOKEN_SCORERS, samples: 0, generates: true },
  balanced: { scorers: ['g_nll', 'mean_nll', 'semantic_entropy', 'sample_agreement'], samples: 5, generates: true },
  thorough: {
    scorers: [
      ...TOKEN_SCORERS,
      'predictive_entropy',
      'semantic_entropy',
      'num_semantic_sets',
      'lexical_similarity',
      'sample_agreement',
      'prompt_agreement',
      'ensemble'
    ],
    samples: 10,
    generates: true
  }
}

export const DEFAULT_PRESET: PresetName = 'balanced'

/** Decoding of samples when `sampling` does not say. `n` applies when scorers are named instead of a preset. */
export const SAMPLING_DEFAULTS = { n: 10, temperature: 0.6, topP: 0.95, topK: null, maxTokens: 64 } as const

/** Fewer samples than this give a coarse picture: the answer carries a warning. */
export const FEW_SAMPLES = 5
