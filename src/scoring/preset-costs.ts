import type { Message } from '../engine/engine.js'
import type { SuppliedEvidence } from '../evidence/input.js'
import type { PresetDescription, PresetList } from '../schemas/preset.js'
import { demandOf, mostCompletionTokens } from './demand.js'
import { DEFAULT_PRESET, PRESETS, SAMPLING_DEFAULTS, type PresetName } from './presets.js'
import { memberRuns, selectRuns, type Scorers } from './select.js'

const QUESTION: readonly Message[] = [{ role: 'user', content: '' }]
const NOTHING_SUPPLIED: SuppliedEvidence = {
  messages: QUESTION,
  answer: null,
  samples: null,
  compared: () => null,
  similarity: null,
  confidence: null,
  choices: null,
  context: null
}

/** Every preset with what it costs at worst: a bare question, default sampling, nothing supplied. */
export function describePresets(scorers: Scorers): PresetList {
  return { object: 'list', data: (Object.keys(PRESETS) as PresetName[]).map((name) => describe(name, scorers)) }
}

function describe(name: PresetName, scorers: Scorers): PresetDescription {
  const { scorers: names, samples, generates } = PRESETS[name]
  const { maxTokens } = SAMPLING_DEFAULTS
  const own = selectRuns({ preset: name }, scorers, null)
  const runs = [...own, ...memberRuns(own, { preset: name }, scorers)]
  const circumstances = {
    supply: NOTHING_SUPPLIED,
    asksModel: generates,
    fills: generates,
    sampleCount: samples,
    maxTokens
  }
  const demand = demandOf(runs, circumstances)
  return {
    name,
    is_default: name === DEFAULT_PRESET,
    scorers: [...names],
    samples: demand.rows.samples,
    cost: {
      generations: demand.rows.samples + (demand.rows.greedy ? 1 : 0) + demand.generations,
      completion_tokens: mostCompletionTokens(demand, maxTokens),
      readings: demand.forcedTexts.length,
      entailment_pairs: demand.pairs,
      embedded_texts: demand.embeddings
    }
  }
}
