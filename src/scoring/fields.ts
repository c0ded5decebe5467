/** Fields of an answer that is JSON. */
import jsonc, { type Node, type ParseError } from 'jsonc-parser'
import type { TextPart } from '../math/sentences.js'

/** A value of the document; `path` is its JSON pointer (RFC 6901). */
export interface Field extends TextPart {
  readonly path: string
}

/** Deeper documents are not read: the parser calls itself for every level. */
const MOST_LEVELS = 64
const OPENING = /^\s*```(?:json)?[^\S\n]*\n/u
const CLOSING = '```'

/**
 * The leaves of a JSON object or array, with the span of each value: strings without their quotes, empty objects and
 * arrays as they stand. One code fence around the document is allowed. Null when the text is no such document.
 */
export function fieldsOf(text: string): readonly Field[] | null {
  const { document, offset } = unfenced(text)
  const root = parse(document)
  if (root === null || (root.type !== 'object' && root.type !== 'array')) return null
  return leaves(root, '').map(({ node, path }) => {
    const isText = node.type === 'string' && node.length > 2
    const start = offset + node.offset + (isText ? 1 : 0)
    const end = start + node.length - (isText ? 2 : 0)
    return { text: text.slice(start, end), start, end, path }
  })
}

/** What stands inside a code fence that is all of the text, else the text; `offset` is where it starts. */
function unfenced(text: string): { readonly document: string; readonly offset: number } {
  const offset = OPENING.exec(text)?.[0].length ?? 0
  const end = text.trimEnd().length - CLOSING.length
  const isFenced = offset > 0 && end >= offset && text.startsWith(CLOSING, end)
  return isFenced ? { document: text.slice(offset, end), offset } : { document: text, offset: 0 }
}

function parse(document: string): Node | null {
  if (depthOf(document) > MOST_LEVELS) return null
  const errors: ParseError[] = []
  const root = jsonc.parseTree(document, errors, { disallowComments: true, allowTrailingComma: false })
  return errors.length > 0 ? null : (root ?? null)
}

/** Deepest nesting of brackets; those inside strings may count too, which errs on the safe side. */
function depthOf(document: string): number {
  let depth = 0
  let deepest = 0
  for (const sign of document) {
    if (sign === '[' || sign === '{') deepest = Math.max(deepest, ++depth)
    else if (sign === ']' || sign === '}') depth--
  }
  return deepest
}

interface Leaf {
  readonly node: Node
  readonly path: string
}

function leaves(node: Node, path: string): readonly Leaf[] {
  const children = node.children ?? []
  if (children.length === 0) return [{ node, path }]
  return children.flatMap((child, i) => {
    if (node.type !== 'object') return leaves(child, `${path}/${i}`)
    const [key, value] = child.children ?? []
    return value === undefined ? [] : leaves(value, `${path}/${escaped(String(key?.value))}`)
  })
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
