/** An upstream as the list of models shows it. */
import type { ModelInfo, Prices } from '../engine/engine.js'
import type { Capabilities } from './contract.js'
import type { UpstreamSettings } from './settings.js'

function pricesOf(prices: NonNullable<UpstreamSettings['prices']>): Prices {
  const { input_per_million: inputPerMillion, output_per_million: outputPerMillion, currency = 'USD' } = prices
  return { inputPerMillion, outputPerMillion, currency }
}

/** @param problem why calls fail at present; null when they do not */
export function infoOf(
  alias: string,
  { context_tokens: context, prices }: UpstreamSettings,
  found: Capabilities | null,
  problem: string | null
): ModelInfo {
  return {
    id: alias,
    role: 'language',
    source: 'upstream',
    state: 'ready',
    problem,
    capabilities: [
      'generate',
      ...(found?.logprobs === true ? ['logprobs'] : []),
      ...(found?.forcing === true ? ['score'] : []),
      ...(found?.seed === true ? ['seed'] : [])
    ],
    batchInvariant: false,
    digest: null,
    contextTokens: context ?? null,
    selfTest: [],
    loadMs: null,
    ...(prices === undefined ? {} : { prices: pricesOf(prices) })
  }
}
