/** What a kind of server does not offer, as the reason for which evidence is skipped. */
import type { GenerateRequest } from '../engine/engine.js'
import { Unsupported } from '../errors.js'
import type { Dialect } from './contract.js'

/** It does not read given texts. */
export function noForcing(): Unsupported {
  const message =
    'The upstream does not read given texts; supply `logprobs` with the text, or use an upstream of vLLM or TGI.'
  return new Unsupported('upstream_no_forcing', message)
}

/** Throws `Unsupported` when answers cannot be drawn in this way: they would be answers to something else. */
export function requireOffered(dialect: Dialect, { prefill = '', rows }: GenerateRequest): void {
  if (prefill !== '' && !dialect.continues) {
    const message = 'The upstream does not continue an answer that was begun for it; use the embedded model or vLLM.'
    throw new Unsupported('upstream_no_prefill', message)
  }
  if (rows.some(({ topK }) => topK !== null) && !dialect.cutsTopK) {
    throw new Unsupported('upstream_no_top_k', 'The upstream does not take `top_k`; leave it out of `sampling`.')
  }
}
