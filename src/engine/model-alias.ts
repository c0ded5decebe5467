/** Public name of a model: the last part of its folder or hub id, in lower case. */
export function aliasOf(id: string): string {
  const parts = id.split(/[/\\]/).filter((part) => part !== '' && part !== '.' && part !== '..')
  return (parts.at(-1) ?? 'model').toLowerCase()
}
