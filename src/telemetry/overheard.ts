/** What an answer says of itself as it passes by: no text of it is kept. */
import type { Attributes } from '@opentelemetry/api'

type Json = Readonly<Record<string, unknown>>

/** A line longer than this is no chunk with facts, and a whole answer longer than this is not read. */
const LONGEST_CHARACTERS = 4_000_000

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null

function parsed(text: string): Json {
  try {
    const value: unknown = JSON.parse(text)
    return isJson(value) ? value : {}
  } catch {
    return {}
  }
}

/** Chunks that may tell more than text: the first one, and those with a finish reason or counts of tokens. */
const TELLING = /"finish_reason"\s*:\s*"|"usage"\s*:\s*\{/u

/** Listens to the bytes of one answer of an OpenAI-compatible server, streamed or whole. */
export class Overheard {
  readonly #isStream: boolean
  readonly #decoder = new TextDecoder()
  readonly #finished = new Map<number, string>()
  #rest = ''
  #facts: Attributes = {}
  #hasModel = false

  constructor(contentType: string) {
    this.#isStream = contentType.includes('text/event-stream')
  }

  hear(bytes: Uint8Array): void {
    if (this.#rest.length > LONGEST_CHARACTERS) return
    this.#rest += this.#decoder.decode(bytes, { stream: true })
    if (!this.#isStream) return
    const lines = this.#rest.split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line.startsWith('data:') && (!this.#hasModel || TELLING.test(line))) this.#learn(parsed(line.slice(5)))
    }
  }

  /** What was heard until now, as OpenTelemetry's GenAI attributes. */
  attributes(): Attributes {
    if (!this.#isStream) this.#learn(parsed(this.#rest))
    const reasons = [...this.#finished].sort(([a], [b]) => a - b).map(([, reason]) => reason)
    return { ...this.#facts, ...(reasons.length === 0 ? {} : { 'gen_ai.response.finish_reasons': reasons }) }
  }

  #learn({ id, model, usage, choices }: Json): void {
    if (typeof id === 'string') this.#facts['gen_ai.response.id'] = id
    if (typeof model === 'string') {
      this.#facts['gen_ai.response.model'] = model
      this.#hasModel = true
    }
    if (isJson(usage)) {
      const { prompt_tokens: input, completion_tokens: output } = usage
      if (typeof input === 'number') this.#facts['gen_ai.usage.input_tokens'] = input
      if (typeof output === 'number') this.#facts['gen_ai.usage.output_tokens'] = output
    }
    for (const choice of Array.isArray(choices) ? (choices as readonly unknown[]) : []) {
      if (!isJson(choice)) continue
      const { index, finish_reason: reason } = choice
      if (typeof index === 'number' && typeof reason === 'string') this.#finished.set(index, reason)
    }
  }
}
