/** Writes openapi.yaml. Run it after a change of a route or its schemas. */
import { writeFile } from 'node:fs/promises'
import { packageRoot } from '../package-root.js'
import { renderOpenapi } from './render-openapi.js'

await writeFile(new URL('openapi.yaml', packageRoot()), await renderOpenapi())
