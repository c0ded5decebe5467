import { readFileSync } from 'node:fs'
import { packageRoot } from './package-root.js'

/** Name and version from package.json. */
export interface Version {
  readonly name: string
  readonly version: string
}

const { name, version } = JSON.parse(readFileSync(new URL('package.json', packageRoot()), 'utf8')) as Version

/** This build of Qualm. */
export const VERSION: Version = { name, version }
