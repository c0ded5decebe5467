/** What is known of one server: which kind it is, what a probe found, and what its answers taught since. */
import type { Clock } from '../engine/clock.js'
import type { Basis, Decoding } from '../engine/engine.js'
import type { Capabilities, Dialect, Transport } from './contract.js'
import { DIALECTS_BY_NAME } from './dialects/index.js'
import { basisUnder } from './probe/basis.js'
import { probeCapabilities } from './probe/capabilities.js'
import { detectDialect } from './probe/detect.js'
import type { UpstreamSettings } from './settings.js'
import { orAborted } from './transport/scope.js'

/** Longest wait for the probe before the first answer; it goes on behind it. */
const FIRST_PROBE_MS = 2_000
/** A server whose probe failed is probed again no sooner. */
const PROBE_AGAIN_MS = 30_000
/** One answer may have been an exception: what it taught is forgotten after this time, and then learnt anew. */
const LEARNT_FOR_MS = 60_000

const UNKNOWN: Capabilities = {
  logprobs: null,
  topLogprobs: null,
  n: null,
  seed: null,
  basis: 'unknown',
  forcing: null
}

/** Asks a server about itself, once for all who wait; what is asked goes on when one of them leaves. */
export class Knowledge {
  readonly #settings: UpstreamSettings
  readonly #transport: Transport
  readonly #model: string
  readonly #closed = new AbortController()
  #dialect: Promise<Dialect> | null = null
  #spoken: Dialect | null = null
  #probe: Promise<Capabilities> | null = null
  #found: Capabilities | null = null
  readonly #clock: Clock
  readonly #learned = new Map<string, { readonly lesson: Partial<Capabilities>; readonly until: number }>()
  #failedAt = -Infinity
  /** The first probe takes longer than anybody waits for it. */
  #isSlow = false

  constructor(settings: UpstreamSettings, transport: Transport, model: string, clock: Clock) {
    this.#settings = settings
    this.#transport = transport
    this.#model = model
    this.#clock = clock
  }

  /** The dialect; asked for once, and again after a failure. */
  dialect(signal: AbortSignal): Promise<Dialect> {
    const { dialect = 'auto' } = this.#settings
    if (dialect !== 'auto') return Promise.resolve(DIALECTS_BY_NAME[dialect])
    this.#dialect ??= this.#detect().catch((error: unknown) => {
      this.#dialect = null
      throw error
    })
    return orAborted(this.#dialect, signal)
  }

  /** What log-probabilities under a decoding are of, as far as is known without asking. */
  basis(decoding: Decoding): Basis {
    const { basis, dialect = 'auto' } = this.#settings
    const spoken = dialect === 'auto' ? this.#spoken : DIALECTS_BY_NAME[dialect]
    return basis ?? basisUnder(this.#found?.basis ?? null, decoding, spoken ?? DIALECTS_BY_NAME.openai)
  }

  /** What it can do, asked now unless somebody is asking. */
  probe(signal: AbortSignal): Promise<Capabilities> {
    this.#probe ??= this.#ask()
      .catch((error: unknown) => {
        this.#failedAt = this.#clock.now()
        throw error
      })
      .finally(() => {
        this.#probe = null
        this.#isSlow = false
      })
    return orAborted(this.#probe, signal)
  }

  /** Before the first use of a server it is probed; a failure or a long wait leaves it as unknown as it was. */
  async beforeUse(signal: AbortSignal): Promise<void> {
    const isEarly = this.#clock.now() - this.#failedAt < PROBE_AGAIN_MS
    if (this.#settings.probe === 'on_demand' || this.#found !== null || isEarly) return
    const probe = this.probe(this.#closed.signal).catch(() => undefined)
    if (this.#isSlow) return
    const patience = new Promise<void>((resolve) => {
      const cancel = this.#clock.after(FIRST_PROBE_MS, () => {
        this.#isSlow = true
        resolve()
      })
      void probe.then(cancel)
    })
    await orAborted(Promise.race([probe, patience]), signal)
  }

  /** What a probe found and answers taught of late; null: nothing. */
  known(): Capabilities | null {
    const now = this.#clock.now()
    const lessons = [...this.#learned.values()].filter(({ until }) => until > now).map(({ lesson }) => lesson)
    if (this.#found === null && lessons.length === 0) return null
    return Object.assign({ ...UNKNOWN, ...this.#found }, ...lessons) as Capabilities
  }

  learn(found: Partial<Capabilities>): void {
    const until = this.#clock.now() + LEARNT_FOR_MS
    for (const [name, value] of Object.entries(found)) this.#learned.set(name, { lesson: { [name]: value }, until })
  }

  /** Ends what is being asked. */
  close(): void {
    this.#closed.abort(new Error('The upstream is closed.'))
  }

  async #detect(): Promise<Dialect> {
    const name = await detectDialect(this.#transport, this.#closed.signal)
    this.#spoken = DIALECTS_BY_NAME[name]
    return this.#spoken
  }

  async #ask(): Promise<Capabilities> {
    const { signal } = this.#closed
    this.#learned.clear()
    const found = await probeCapabilities(await this.dialect(signal), this.#transport, this.#model, signal)
    this.#found = { ...found, basis: this.#settings.basis ?? found.basis }
    return this.#found
  }
}
