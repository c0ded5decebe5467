/**
 * The text that each token adds. Joined, the pieces are exactly the decoded text: a token that ends inside a character
 * adds nothing, and the one that completes the character adds all of it.
 */
import type { PreTrainedTokenizer } from '@xenova/transformers'

/** Decodes one sequence, token by token. */
export interface TextStream {
  /** The text that becomes certain with this token. */
  push(id: number): string
  /** What is left of an incomplete character, as replacement characters. */
  end(): string
}

/** Makes streams for one tokenizer, and the text of a token on its own. */
export interface TokenText {
  stream(): TextStream
  /** A token by itself; bytes that are no whole character become U+FFFD. */
  single(id: number): string
}

type ByteTable = ReadonlyMap<string, number>

/** GPT-2's reversible map: printable bytes stand for themselves, the others for code points from 256 on. */
function byteAlphabet(): ByteTable {
  const table = new Map<string, number>()
  let shifted = 256
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174
    table.set(String.fromCodePoint(printable ? byte : shifted++), byte)
  }
  return table
}

function bytesOf(token: string, alphabet: ByteTable): Uint8Array {
  const bytes = Array.from(token, (character) => alphabet.get(character))
  return bytes.every((byte) => byte !== undefined) ? Uint8Array.from(bytes) : new TextEncoder().encode(token)
}

/** For byte-level vocabularies: exact bytes per token, joined by a streaming UTF-8 decoder. */
function byteLevelText(tokenizer: PreTrainedTokenizer): TokenText {
  const alphabet = byteAlphabet()
  const special = new Set<number>(tokenizer.all_special_ids)
  const tokens = new Map(
    Array.from(tokenizer.get_vocab() as Map<string, number>, ([token, id]) => [id, token] as const)
  )
  const known = new Map<number, Uint8Array>()
  const bytes = (id: number): Uint8Array => {
    const cached = known.get(id)
    if (cached !== undefined) return cached
    const token = tokens.get(id) ?? ''
    const fresh = special.has(id) ? new TextEncoder().encode(token) : bytesOf(token, alphabet)
    known.set(id, fresh)
    return fresh
  }
  return {
    single: (id) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes(id)),
    stream() {
      const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
      return { push: (id) => decoder.decode(bytes(id), { stream: true }), end: () => decoder.decode() }
    }
  }
}

const UNFINISHED = '\uFFFD'

/** For any other vocabulary: decodes a window before and after each token and takes the difference. */
function windowedText(tokenizer: PreTrainedTokenizer): TokenText {
  const decode = (ids: readonly number[]) =>
    ids.length === 0
      ? ''
      : tokenizer.decode([...ids], { skip_special_tokens: false, clean_up_tokenization_spaces: false })
  return {
    single: (id) => decode([id]),
    stream() {
      let stable: number[] = []
      let open: number[] = []
      const added = () => decode([...stable, ...open]).slice(decode(stable).length)
      return {
        push(id) {
          open.push(id)
          const text = added()
          if (text.endsWith(UNFINISHED)) return ''
          stable = open
          open = []
          return text
        },
        end: () => (open.length === 0 ? '' : added())
      }
    }
  }
}

/** Chooses the way by the tokenizer's decoder. `decoderType` is `decoder.type` of tokenizer.json. */
export function tokenText(tokenizer: PreTrainedTokenizer, decoderType: string | null): TokenText {
  return decoderType === 'ByteLevel' ? byteLevelText(tokenizer) : windowedText(tokenizer)
}
