import { existsSync } from 'node:fs'

/** Folder URL of the package.json above the running file, whichever folder the build went to. */
export function packageRoot(): URL {
  for (let folder = new URL('./', import.meta.url); ; folder = new URL('../', folder)) {
    if (existsSync(new URL('package.json', folder))) return folder
    if (folder.pathname === '/') throw new Error('no package.json above the running file')
  }
}
