/**
 * The same work by transformers.js on the same model files, one call after another: what an app would write without
 * Qualm. It runs in this thread, which `generate()` blocks, with the library's own session settings.
 */
import {
  AutoModelForCausalLM,
  AutoModelForSequenceClassification,
  AutoTokenizer,
  env,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  type Tensor
} from '@xenova/transformers'
import { ENTAILMENT_MODEL, LANGUAGE_MODEL, MODELS_FOLDER } from './folders.js'
import { ANSWER_TOKENS } from './questions.js'
import { DEFAULT_RULE, sameMeaning } from '../src/math/clusters.js'
import type { Entailment } from '../src/scorer.js'

/** How one answer is decoded. `forced`: exactly 32 tokens, whatever the model says. */
export interface Call {
  /** 0 is greedy, else drawn from the whole vocabulary: the library has no top-p. */
  readonly temperature: number
  readonly forced: boolean
}

export interface Peer {
  generate(question: string, call: Call): Promise<string>
  /** One greedy answer, `count` sampled ones, all directed pairs of those, clusters; how many clusters. */
  score(question: string, count: number, call: Call): Promise<number>
  close(): Promise<void>
}

type Inputs = Readonly<Record<'input_ids' | 'attention_mask', Tensor>>

function decodingOf({ temperature, forced }: Call) {
  const length = { max_new_tokens: ANSWER_TOKENS, ...(forced ? { min_new_tokens: ANSWER_TOKENS } : {}) }
  return temperature === 0 ? { ...length, do_sample: false } : { ...length, do_sample: true, temperature, top_k: 0 }
}

/** The answer's text. Throws when a forced answer has another length, since times could not be compared then. */
async function generate(
  model: PreTrainedModel,
  tokenizer: PreTrainedTokenizer,
  question: string,
  call: Call
): Promise<string> {
  const messages = [{ role: 'user', content: question }]
  const inputs = tokenizer.apply_chat_template(messages, { add_generation_prompt: true, return_dict: true }) as Inputs
  const output = (await model.generate({ ...inputs, ...decodingOf(call) })) as Tensor
  const ids = (output.tolist() as bigint[][])[0]!.slice(inputs.input_ids.dims[1])
  if (call.forced && ids.length !== ANSWER_TOKENS) throw new Error(`transformers.js gave ${String(ids.length)} tokens`)
  return tokenizer.decode(ids, { skip_special_tokens: true })
}

function probabilities(logits: Float32Array, names: Readonly<Record<string, string>>): Entailment {
  const largest = Math.max(...logits)
  const weights = Array.from(logits, (logit) => Math.exp(logit - largest))
  const total = weights.reduce((sum, each) => sum + each, 0)
  return Object.fromEntries(weights.map((weight, at) => [names[at], weight / total])) as unknown as Entailment
}

async function compare(
  model: PreTrainedModel,
  tokenizer: PreTrainedTokenizer,
  premise: string,
  hypothesis: string
): Promise<Entailment> {
  const inputs = tokenizer(premise, { text_pair: hypothesis, truncation: true }) as object
  const { logits } = (await model(inputs)) as { readonly logits: Tensor }
  const names = (model.config as unknown as { readonly id2label: Record<string, string> }).id2label
  return probabilities(logits.data as Float32Array, names)
}

/** Every ordered pair of different texts, compared one by one. */
async function comparisons(
  texts: readonly string[],
  ask: (premise: string, hypothesis: string) => Promise<Entailment>
) {
  const made: (Entailment | null)[][] = []
  for (const [i, premise] of texts.entries()) {
    made.push([])
    for (const [j, hypothesis] of texts.entries()) made[i]!.push(i === j ? null : await ask(premise, hypothesis))
  }
  return made
}

/** Clusters by first match against the first member of each, as Qualm makes them. */
function countMeanings(count: number, same: (a: number, b: number) => boolean): number {
  const firsts: number[] = []
  for (let item = 0; item < count; item++) if (!firsts.some((first) => same(first, item))) firsts.push(item)
  return firsts.length
}

/** Opens the language model and the entailment model. */
export async function openPeer(): Promise<Peer> {
  Object.assign(env, {
    localModelPath: MODELS_FOLDER,
    allowRemoteModels: false,
    allowLocalModels: true,
    useFSCache: false
  })
  const options = { dtype: 'q8', local_files_only: true } as const
  const language = await AutoModelForCausalLM.from_pretrained(LANGUAGE_MODEL, options)
  const languageTokens = await AutoTokenizer.from_pretrained(LANGUAGE_MODEL)
  const entailment = await AutoModelForSequenceClassification.from_pretrained(ENTAILMENT_MODEL, options)
  const entailmentTokens = await AutoTokenizer.from_pretrained(ENTAILMENT_MODEL)
  const answer = (question: string, call: Call) => generate(language, languageTokens, question, call)
  const ask = (premise: string, hypothesis: string) => compare(entailment, entailmentTokens, premise, hypothesis)
  return {
    generate: answer,
    async score(question, count, call) {
      await answer(question, { ...call, temperature: 0 })
      const texts: string[] = []
      for (let i = 0; i < count; i++) texts.push(`${question} ${await answer(question, call)}`)
      const made = await comparisons(texts, ask)
      const same = (a: number, b: number) => sameMeaning(made[a]![b]!, made[b]![a]!, DEFAULT_RULE)
      return countMeanings(count, same)
    },
    async close() {
      await language.dispose()
      await entailment.dispose()
    }
  }
}
