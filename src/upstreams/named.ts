/** Errors that say which upstream they are about. */
import type { OpenReply, Upstream } from './contract.js'
import { QualmError, Unsupported } from '../errors.js'

/** `The upstream answered …` becomes `The upstream support-bot answered …`; what names it already stays. */
export function withName(text: string, alias: string): string {
  if (text.includes(`upstream ${alias}`)) return text
  return text.replace(/\b(the upstream)('s)?(?= )/iu, (_, words: string, own = '') => `${words} ${alias}${own}`)
}

/** The same upstream; the messages of what it throws, and its problem, name it. */
export function named(upstream: Upstream): Upstream {
  const { alias } = upstream
  const rename = (error: unknown): never => {
    if (error instanceof QualmError || error instanceof Unsupported) error.message = withName(error.message, alias)
    throw error
  }
  const told = async <T>(work: () => Promise<T>): Promise<T> => work().catch(rename)
  return {
    alias,
    generate: (request, options) => told(() => upstream.generate(request, options)),
    scoreText: (request, options) => told(() => upstream.scoreText(request, options)),
    optionProbabilities: (request, options) => told(() => upstream.optionProbabilities(request, options)),
    dialect: (signal) => told(() => upstream.dialect(signal)),
    capabilities: (options) => told(() => upstream.capabilities(options)),
    relay: (body, options) =>
      told(async () => {
        const reply = await upstream.relay(body, options)
        return { ...reply, body: renamed(reply.body, rename) }
      }),
    info() {
      const info = upstream.info()
      return info.problem === null ? info : { ...info, problem: withName(info.problem, alias) }
    },
    known: () => upstream.known(),
    basis: (decoding) => upstream.basis(decoding),
    learn: (found) => upstream.learn(found),
    check: () => upstream.check(),
    stats: () => upstream.stats(),
    close: () => upstream.close()
  }
}

async function* renamed(body: OpenReply['body'], rename: (error: unknown) => never): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    rename(error)
  }
}
