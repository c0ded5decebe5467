/** The pool and the upstreams as one engine: a language model is asked where it lives, the encoders are always here. */
import type { Engine, LanguageSide, ModelInfo } from '../engine/engine.js'
import type { Upstream } from './contract.js'

/**
 * @param defaultModel alias of the language model that requests without `model` mean; the pool's own, if any, when empty
 */
export function withUpstreams(pool: Engine, upstreams: ReadonlyMap<string, Upstream>, defaultModel = ''): Engine {
  const sideOf = (model: string): LanguageSide => upstreams.get(model) ?? pool
  const isDefault = ({ role, id }: ModelInfo): boolean => role === 'language' && id === defaultModel
  return {
    generate: (request, options) => sideOf(request.model).generate(request, options),
    scoreText: (request, options) => sideOf(request.model).scoreText(request, options),
    optionProbabilities: (request, options) => sideOf(request.model).optionProbabilities(request, options),
    entail: (pairs, options) => pool.entail(pairs, options),
    embed: (texts, options) => pool.embed(texts, options),
    models() {
      const remote = [...upstreams.values()].map((upstream) => upstream.info())
      const named = remote.map((info) => (isDefault(info) ? info : { ...info, byNameOnly: true as const }))
      return [...pool.models(), ...named].toSorted((a, b) => Number(isDefault(b)) - Number(isDefault(a)))
    },
    stats: () => pool.stats(),
    ready: () => pool.ready(),
    close: async () => {
      await Promise.all([pool.close(), ...[...upstreams.values()].map((upstream) => upstream.close())])
    }
  }
}
