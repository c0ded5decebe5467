/** Edits of JSON texts that leave every other byte as it is. */
import jsonc, { type Node } from 'jsonc-parser'

/** `length` characters at `at` become `text`. */
export interface Edit {
  readonly at: number
  readonly length: number
  readonly text: string
}

/** The tree of a JSON object, or null when the text is none. */
export function objectTree(text: string): Node | null {
  try {
    const root = jsonc.parseTree(text, [], { disallowComments: true })
    return root?.type === 'object' ? root : null
  } catch {
    return null
  }
}

/** The text with all edits made; they do not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let edited = text
  for (const { at, length, text: inserted } of [...edits].sort((a, b) => b.at - a.at)) {
    edited = edited.slice(0, at) + inserted + edited.slice(at + length)
  }
  return edited
}

/** The members of an object that have this name; more than one where a sender repeats itself. */
export function membersNamed(object: Node, name: string): readonly Node[] {
  return (object.children ?? []).filter((member) => member.children?.[0]?.value === name)
}

/** Puts another value where a member's stands. */
export function replaceValue(member: Node, text: string): Edit {
  const value = member.children?.[1]
  return { at: value?.offset ?? member.offset, length: value?.length ?? 0, text }
}

/** Takes a member out, with one comma beside it. */
export function removeMember(member: Node): Edit {
  const siblings = member.parent?.children ?? []
  const index = siblings.indexOf(member)
  const [before, after] = [siblings[index - 1], siblings[index + 1]]
  const end = member.offset + member.length
  if (before !== undefined) {
    const at = before.offset + before.length
    return { at, length: end - at, text: '' }
  }
  return { at: member.offset, length: (after?.offset ?? end) - member.offset, text: '' }
}

/** The text without any top-level member of this name. */
export function withoutMember(text: string, name: string): string {
  const root = objectTree(text)
  const member = root === null ? undefined : membersNamed(root, name)[0]
  return member === undefined ? text : withoutMember(applyEdits(text, [removeMember(member)]), name)
}

/** Puts members, as JSON text without braces, at the start of an object. */
export function insertFirst(object: Node, members: string): Edit {
  const isEmpty = (object.children ?? []).length === 0
  return { at: object.offset + 1, length: 0, text: isEmpty ? members : `${members},` }
}

/** Puts a member, as JSON text, at the end of an object. */
export function insertLast(object: Node, member: string): Edit {
  const isEmpty = (object.children ?? []).length === 0
  return { at: object.offset + object.length - 1, length: 0, text: isEmpty ? member : `,${member}` }
}
