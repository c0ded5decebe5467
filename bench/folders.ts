import { fileURLToPath } from 'node:url'
import { packageRoot } from '../src/package-root.js'

/** The embedded models, with a slash at the end as transformers.js wants it. */
export const MODELS_FOLDER = fileURLToPath(new URL('models/', packageRoot()))
export const LANGUAGE_MODEL = 'SmolLM2-135M-Instruct'
export const ENTAILMENT_MODEL = 'MiniLM-L6-entailment'

/** Git ignores it. */
export const RESULTS_FOLDER = new URL('bench/results/', packageRoot())
