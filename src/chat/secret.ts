/** The key of an upstream: whatever the upstream says, it goes no further. */
import { heldBack } from './held-back.js'

export interface Secret {
  /** Whether a text holds the key, spelled out or with the escapes of JSON. */
  isIn(text: string): boolean
  /** The text with stars in place of the key. */
  mask(text: string): string
  /** The bytes of an answer, with stars in place of the key. Holds back only what may be the start of the key. */
  filter(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>
}

const STARS = '***'

/** A shorter key is a placeholder such as `EMPTY`, which an answer may well say. */
const LEAST_LENGTH = 8

const NOTHING: Secret = { isIn: () => false, mask: (text) => text, filter: (body) => body }

/** `key` is null where the upstream needs none. */
export function secretOf(key: string | null): Secret {
  const plain = key?.trim() ?? ''
  if (plain === '') return NOTHING
  const quoted = JSON.stringify(plain).slice(1, -1)
  const spellings = [...new Set([plain, quoted, quoted.replaceAll('/', '\\/')])]
  const mask = (text: string): string => spellings.reduce((rest, one) => rest.replaceAll(one, STARS), text)
  return {
    isIn: (text) => spellings.some((one) => text.includes(one) || unescaped(text).includes(one)),
    mask,
    filter: (body) => (plain.length < LEAST_LENGTH ? body : masked(body, spellings))
  }
}

/** JSON with as few escapes as can be: `\u0041` hides nothing. */
function unescaped(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    return text
  }
}

async function* masked(body: AsyncIterable<Uint8Array>, spellings: readonly string[]): AsyncGenerator<Uint8Array> {
  // One character a byte, so that bytes of no text come through.
  const needles = spellings.map((one) => Buffer.from(one, 'utf8').toString('latin1'))
  let held = ''
  for await (const bytes of body) {
    const text = held + Buffer.from(bytes).toString('latin1')
    const clean = needles.reduce((rest, one) => rest.replaceAll(one, STARS), text)
    const sent = clean.slice(0, clean.length - heldBack(clean, needles))
    const isUntouched = held === '' && sent === text
    held = clean.slice(sent.length)
    if (sent !== '') yield isUntouched ? bytes : Buffer.from(sent, 'latin1')
  }
  if (held !== '') yield Buffer.from(held, 'latin1')
}
