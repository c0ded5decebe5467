/** Texts to sequences, with a memory: each text is tokenised once, however many others it is compared with. */
import type { PreTrainedTokenizer } from '@xenova/transformers'
import { LRUCache } from 'lru-cache'
import { joinParts, readTemplate } from './sequence.js'
import type { Encoded, Part, Sequence, Template } from './sequence.js'

const CACHE_BYTES = 8 << 20
/** Longer texts are cut before they are tokenised, so that none takes seconds; words are far shorter than this. */
const MAX_CHARACTERS_PER_TOKEN = 64

export class Joiner {
  readonly #tokenizer: PreTrainedTokenizer
  readonly #contextTokens: number
  readonly #template: Template
  readonly #known = new LRUCache<string, Part>({
    maxSize: CACHE_BYTES,
    sizeCalculation: (part, text) => 64 + 2 * text.length + 8 * part.ids.length
  })

  /** `textCount` is 1 for single texts, 2 for pairs. Throws when the tokenizer's joining cannot be taken apart. */
  constructor(tokenizer: PreTrainedTokenizer, textCount: 1 | 2, contextTokens: number) {
    this.#tokenizer = tokenizer
    this.#contextTokens = contextTokens
    const examples = ['one', 'two'].slice(0, textCount)
    this.#template = readTemplate(
      this.reference(examples),
      examples.map((text) => this.#part(text).ids)
    )
  }

  encode(texts: readonly string[]): Sequence {
    return joinParts(
      this.#template,
      texts.map((text) => this.#part(text)),
      this.#contextTokens
    )
  }

  /** What the tokenizer itself makes of a text or a pair. */
  reference([text = '', pair]: readonly string[]): Encoded {
    if (pair === undefined) return this.#tokenizer(text, { return_tensor: false })
    return this.#tokenizer(text, { text_pair: pair, return_tensor: false })
  }

  #part(text: string): Part {
    const known = this.#known.get(text)
    if (known !== undefined) return known
    const limit = this.#contextTokens * MAX_CHARACTERS_PER_TOKEN
    const ids = this.#tokenizer.encode(text.slice(0, limit), { add_special_tokens: false })
    const truncated = text.length > limit || ids.length > this.#contextTokens
    const part: Part = { ids: ids.slice(0, this.#contextTokens), truncated }
    this.#known.set(text, part)
    return part
  }
}
