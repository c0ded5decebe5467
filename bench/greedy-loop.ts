/** Qualm's own decode loop in this thread, on any decoder: questions in, greedy answers of 32 tokens out. */
import { availableParallelism, tmpdir } from 'node:os'
import { LANGUAGE_MODEL, MODELS_FOLDER } from './folders.js'
import { ANSWER_TOKENS } from './questions.js'
import type { GenerateRequest, Row } from '../src/engine/engine.js'
import type { Decoder } from '../src/engine/language/decoder.js'
import { generate } from '../src/engine/language/generate.js'
import type { LanguageModel } from '../src/engine/language/language-model.js'
import { decoderShape } from '../src/engine/language/load.js'
import { LanguageLoop } from '../src/engine/language/loop.js'
import { PromptCache } from '../src/engine/language/prompt-cache.js'
import { encodeMessages, encodeText } from '../src/engine/language/prompt.js'
import { tokenText } from '../src/engine/language/token-text.js'
import {
  loadConfig,
  loadTokenizer,
  resolveModel,
  tokenizerDecoderType,
  weightFile,
  type WeightFile
} from '../src/engine/model-files.js'
import type { DecoderShape } from '../src/engine/onnx/language-edit.js'
import { RunMeter } from '../src/engine/run-meter.js'

/** What decoders of the embedded language model are opened with. */
export interface Weights {
  readonly file: WeightFile
  readonly shape: DecoderShape
  readonly threads: number
}

const PLACE = resolveModel({ modelsDir: MODELS_FOLDER, id: LANGUAGE_MODEL, remote: false, cacheDir: tmpdir() })
const ROWS = 32
const CONTEXT_TOKENS = 8192
const GREEDY = { temperature: 0, topP: 1, topK: null }

/** Finds the embedded language model. */
export async function findWeights(): Promise<Weights> {
  const config = await loadConfig(PLACE)
  return { file: await weightFile(PLACE, config, null), shape: decoderShape(config), threads: availableParallelism() }
}

function loopOn(decoder: Decoder): LanguageLoop {
  return new LanguageLoop({
    decoder,
    cache: new PromptCache(0),
    meter: new RunMeter(),
    slabs: { maxRows: ROWS, fixedCapacity: decoder.style === 'concat' },
    maxRows: ROWS,
    ends: new Set(),
    exclusive: (run) => run()
  })
}

async function modelOn(decoder: Decoder): Promise<LanguageModel> {
  const tokenizer = await loadTokenizer(PLACE)
  return {
    loop: loopOn(decoder),
    text: tokenText(tokenizer, await tokenizerDecoderType(PLACE)),
    ends: new Set(),
    start: 0,
    contextTokens: CONTEXT_TOKENS,
    vocabulary: decoder.shape.vocabulary,
    encodeMessages: (messages) => encodeMessages(tokenizer, messages),
    encodeText: (text) => encodeText(tokenizer, text)
  }
}

/** Answers questions one at a time; each answer has exactly 32 tokens. */
export async function greedyLoop(decoder: Decoder): Promise<(question: string) => Promise<Row>> {
  const model = await modelOn(decoder)
  return (question) =>
    new Promise((resolve, reject) => {
      const request: GenerateRequest = {
        model: LANGUAGE_MODEL,
        messages: [{ role: 'user', content: question }],
        rows: [GREEDY],
        maxTokens: ANSWER_TOKENS,
        stop: [],
        seed: 0,
        topCount: 0,
        ignoreEnd: true
      }
      generate(model, request, {
        row: () => undefined,
        done: ({ rows }) => {
          resolve(rows[0]!)
        },
        fail: reject
      })
    })
}
