/**
 * Token sequences of an encoder. A tokenizer is asked once how it joins texts; from then on every text is tokenised
 * once and sequences are put together from parts, which matters when each text is compared with many others.
 */

/** One input of the model. */
export interface Sequence {
  readonly ids: readonly number[]
  readonly types: readonly number[]
  /** Length of the row in its batch: a function of the input alone, so that no result depends on its neighbours. */
  readonly paddedLength: number
  /** True when the texts did not fit the window and were cut. */
  readonly truncated: boolean
}

/** What a tokenizer makes of a text or a pair. */
export interface Encoded {
  readonly input_ids: readonly number[]
  readonly token_type_ids?: readonly number[]
}

/** A text without special tokens. */
export interface Part {
  readonly ids: readonly number[]
  /** True when the text was too long to be tokenised in whole. */
  readonly truncated: boolean
}

/** Special tokens around the parts of a sequence: `gaps[0] part gaps[1] part gaps[2]`. */
export interface Template {
  readonly gaps: readonly { readonly ids: readonly number[]; readonly types: readonly number[] }[]
  /** Token type of each part. */
  readonly partTypes: readonly number[]
}

const PADDING_STEP = 8

/**
 * Reads from one encoded example how the tokenizer joins texts. `parts` are the same texts without special tokens.
 * Throws when they are not to be found in the example.
 */
export function readTemplate(example: Encoded, parts: readonly (readonly number[])[]): Template {
  const types = example.token_type_ids ?? example.input_ids.map(() => 0)
  const gaps: Template['gaps'][number][] = []
  const partTypes: number[] = []
  let end = 0
  for (const part of parts) {
    const start = indexOfRun(example.input_ids, part, end)
    if (start < 0) throw new Error('The tokenizer joins texts in a way that cannot be taken apart.')
    gaps.push({ ids: example.input_ids.slice(end, start), types: types.slice(end, start) })
    partTypes.push(types[start] ?? 0)
    end = start + part.length
  }
  gaps.push({ ids: example.input_ids.slice(end), types: types.slice(end) })
  return { gaps, partTypes }
}

/**
 * Puts parts together. What exceeds `maxTokens` is cut from the end of the first part, then of the next: of a pair the
 * hypothesis, which is being judged, is kept as long as possible.
 */
export function joinParts(template: Template, parts: readonly Part[], maxTokens: number): Sequence {
  const specials = template.gaps.reduce((sum, gap) => sum + gap.ids.length, 0)
  const excess = parts.reduce((sum, part) => sum + part.ids.length, specials) - maxTokens
  const ids = [...template.gaps[0]!.ids]
  const types = [...template.gaps[0]!.types]
  let left = Math.max(0, excess)
  parts.forEach((part, i) => {
    const kept = part.ids.slice(0, Math.max(0, part.ids.length - left))
    left -= part.ids.length - kept.length
    ids.push(...kept, ...template.gaps[i + 1]!.ids)
    types.push(...kept.map(() => template.partTypes[i]!), ...template.gaps[i + 1]!.types)
  })
  const truncated = excess > 0 || parts.some((part) => part.truncated)
  return { ids, types, paddedLength: paddedLength(ids.length, maxTokens), truncated }
}

function paddedLength(length: number, maxTokens: number): number {
  return Math.min(Math.ceil(length / PADDING_STEP) * PADDING_STEP, maxTokens)
}

function indexOfRun(ids: readonly number[], run: readonly number[], from: number): number {
  for (let start = from; start + run.length <= ids.length; start++) {
    if (run.every((id, i) => ids[start + i] === id)) return start
  }
  return -1
}
