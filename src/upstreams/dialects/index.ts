/** Every dialect by name. A new kind of server is a new file and a line here. */
import type { Dialect } from '../contract.js'
import type { DialectName } from '../settings.js'
import { llamacpp } from './llamacpp.js'
import { ollama } from './ollama.js'
import { openai } from './openai.js'
import { tgi } from './tgi.js'
import { vllm } from './vllm.js'

export const DIALECTS_BY_NAME: Readonly<Record<DialectName, Dialect>> = { openai, vllm, llamacpp, ollama, tgi }
