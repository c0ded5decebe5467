/**
 * The configured models and the names that requests may use for them. A name from a request is only ever looked up
 * here; it never becomes a path or an address.
 */
import { QualmError } from '../errors.js'
import type { Role } from './engine.js'
import { aliasOf } from './model-alias.js'
import { resolveModel } from './model-files.js'
import type { ModelLocation } from './model-files.js'

export interface CatalogueSettings {
  /** Folder of the embedded models. */
  readonly modelsDir: string
  /** Where hub downloads are kept. */
  readonly cacheDir: string
  readonly allowDownloads: boolean
  /** Name of an embedded model, a folder, or a hub id; null leaves the role without a model. */
  readonly languageModel: string | null
  readonly entailmentModel: string | null
  readonly embeddingModel: string | null
}

export interface CatalogueEntry {
  readonly role: Role
  readonly alias: string
  /** Where the model is, or why it cannot be had. */
  readonly found: ModelLocation | QualmError
}

/** Looks up every configured model. A missing one becomes an entry with its error, so that the others can serve. */
export function createCatalogue(settings: CatalogueSettings): readonly CatalogueEntry[] {
  const { languageModel, entailmentModel, embeddingModel } = settings
  const configured = { language: languageModel, entailment: entailmentModel, embedding: embeddingModel }
  return (Object.entries(configured) as [Role, string | null][]).flatMap(([role, id]) => {
    return id === null ? [] : [{ role, alias: aliasOf(id), found: find(settings, id) }]
  })
}

function find({ modelsDir, cacheDir, allowDownloads }: CatalogueSettings, id: string): ModelLocation | QualmError {
  try {
    return resolveModel({ modelsDir, cacheDir, id, remote: allowDownloads })
  } catch (error) {
    if (error instanceof QualmError) return error
    throw error
  }
}
