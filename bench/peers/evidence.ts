/** One case as evidence for our scorers: the same numbers that the peers were given. */
import { distributionOf } from '../../src/engine/language/distribution.js'
import { gatherAffinity } from '../../src/evidence/comparison/affinity.js'
import { gatherClusters } from '../../src/evidence/comparison/clusters.js'
import { Comparisons } from '../../src/evidence/comparison/comparisons.js'
import { LINKING_RULES } from '../../src/evidence/comparison/linked.js'
import { Asker } from '../../src/evidence/asker.js'
import { components, DEFAULT_RULE, sameMeaning } from '../../src/math/clusters.js'
import { cosine } from '../../src/math/cosine.js'
import { relationOf } from '../../src/math/relation.js'
import { sentencesOf } from '../../src/math/sentences.js'
import type {
  Clusters,
  DescribedToken,
  Entailment,
  EntailmentRule,
  EvidenceKinds,
  EvidenceParameters,
  Relation,
  ScoredSample,
  Token,
  TokenAlternatives
} from '../../src/scorer.js'
import { createScriptedEngine } from '../../test/fixtures/scripted-engine.js'
import { asEntailment, type PeerAnswer, type PeerCase } from './facts.js'

export type CaseEvidence = Omit<Partial<EvidenceKinds>, 'samples'> & { readonly samples: readonly ScoredSample[] }
/** Which comparisons of a case are used. */
export type Verdicts = 'verdicts' | 'clear_verdicts'

const NO_MODEL: Pick<ScoredSample, 'finishReason' | 'basis' | 'source'> = {
  finishReason: 'stop',
  basis: 'pre_sampling',
  source: 'supplied'
}

function tokenOf(logprob: number, end: boolean): Token {
  return { text: end ? '' : 'x', id: null, logprob, entropy: null, alternatives: [], censored: false, end }
}

/** A sample of the given text whose tokens have the given log-probabilities, the end token last. */
export function sampleOf(text: string, logprobs: readonly number[]): ScoredSample {
  return { text, tokens: logprobs.map((logprob, i) => tokenOf(logprob, i === logprobs.length - 1)), ...NO_MODEL }
}

function answerTokens({ distributions, ids }: PeerAnswer): DescribedToken[] {
  return ids.map((id, at) => {
    const row = distributions[at]!
    const distribution = distributionOf(Float32Array.from(row), id)
    const alternatives = row.map((logprob) => ({ text: 'x', logprob })).sort((a, b) => b.logprob - a.logprob)
    return { ...tokenOf(row[id]!, at === ids.length - 1), entropy: distribution.entropy, alternatives, distribution }
  })
}

const ONE_HOT: Readonly<Record<Relation, Entailment>> = {
  entailment: asEntailment([1, 0, 0]),
  neutral: asEntailment([0, 1, 0]),
  contradiction: asEntailment([0, 0, 1])
}

function alternativesOf(
  { alternatives, function_words: functionWords }: PeerAnswer,
  skipFunctionWords: boolean
): TokenAlternatives[] {
  return alternatives.map((others, at) => {
    const end = at === alternatives.length - 1
    const omitted = end ? 'no_word' : skipFunctionWords && functionWords.includes(at) ? 'function_word' : null
    const related = others.map(({ logprob, forward, backward }) => ({
      text: 'y',
      logprob,
      relation: relationOf(ONE_HOT[forward], ONE_HOT[backward])
    }))
    return { word: end ? '' : 'x', omitted, alternatives: omitted === null ? related : [] }
  })
}

/** Meanings of the samples, as a request finds them; `compared` by their places. */
export async function clustersOf(
  samples: readonly ScoredSample[],
  compared: (premise: number, hypothesis: number) => Entailment,
  rule: EntailmentRule
): Promise<Clusters> {
  if (LINKING_RULES.has(rule)) {
    const linked = (a: number, b: number): boolean => sameMeaning(compared(a, b), compared(b, a), rule)
    const assignment = components(samples.length, linked)
    return { rule, assignment, count: new Set(assignment).size }
  }
  // The engine is never asked: every comparison of a case is supplied.
  const ask = new Asker(createScriptedEngine(), new AbortController().signal, () => 0)
  const comparisons = new Comparisons(null, compared, ask)
  return gatherClusters(
    samples.map(async (sample) => sample),
    comparisons,
    rule
  )
}

/** Everything about the answer alone. */
function answerEvidence(given: PeerCase, parameters: EvidenceParameters): Partial<EvidenceKinds> {
  const { answer, texts, truth } = given
  const scored = { text: texts[answer.text]!, tokens: answerTokens(answer), greedy: true, ...NO_MODEL }
  return {
    answer: scored,
    'answer.logprobs': scored,
    'answer.distributions': scored,
    'answer.top_two': scored,
    'answer.relevance': answer.relevance,
    'answer.alternatives': alternativesOf(answer, parameters['answer.alternatives']?.skipFunctionWords === true),
    'answer.unconditional': answer.unconditional,
    p_true: { readings: [truth], ideas: null }
  }
}

/** Everything that compares texts, with the answer behind the samples. */
function comparedEvidence(given: PeerCase, verdicts: Verdicts): Partial<EvidenceKinds> {
  const { samples, embeddings, answer, texts } = given
  const between = (a: number, b: number): Entailment => asEntailment(given[verdicts][a]![b]!)
  const similarity = samples.map((a) => samples.map((b) => cosine(embeddings[a]!, embeddings[b]!)))
  return {
    entailment: samples.map((a) => samples.map((b) => between(a, b))),
    'answer.entailment': {
      forward: samples.map((b) => between(answer.text, b)),
      backward: samples.map((a) => between(a, answer.text))
    },
    similarity,
    'answer.similarity': samples.map((b) => cosine(embeddings[answer.text]!, embeddings[b]!)),
    'samples.sentences': samples.map((b) =>
      sentencesOf(texts[b]!).map((sentence) => ({ ...sentence, verdicts: samples.map((a) => between(a, b)) }))
    ),
    reference: null
  }
}

/** The evidence of a case under the parameters of a scorer. */
export async function evidenceOf(
  given: PeerCase,
  parameters: EvidenceParameters,
  verdicts: Verdicts
): Promise<CaseEvidence> {
  const answer = answerEvidence(given, parameters)
  const compared = comparedEvidence(given, verdicts)
  const drawn = given.samples.map((at) => sampleOf(given.texts[at]!, given.tokens[at]!.logprobs))
  const answerIncluded = parameters.samples?.includeAnswer === true
  const samples = answerIncluded ? [...drawn, answer['answer.logprobs']!] : drawn
  const places = [...given.samples, given.answer.text]
  const between = (a: number, b: number): Entailment => asEntailment(given[verdicts][places[a]!]![places[b]!]!)
  const clusters = await clustersOf(samples, between, parameters.clusters?.rule ?? DEFAULT_RULE)
  const base: CaseEvidence = {
    ...answer,
    ...compared,
    samples,
    'samples.logprobs': samples,
    'samples.relevance': given.samples.map((at) => given.tokens[at]!.relevance),
    clusters: { ...clusters, answerIncluded }
  }
  const get = async (kind: keyof CaseEvidence): Promise<unknown> => base[kind]
  return { ...base, affinity: await gatherAffinity(get as Parameters<typeof gatherAffinity>[0], parameters) }
}
