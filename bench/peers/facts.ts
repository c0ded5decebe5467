/** The seeded evidence that was given to the peers, and their numbers, as peers.py writes them. */
import { readFileSync } from 'node:fs'
import { packageRoot } from '../../src/package-root.js'
import type { Entailment, Relation } from '../../src/scorer.js'

export type Peer = 'lm-polygraph' | 'uqlm'
/** Entailment, neutral, contradiction; they sum to 1. */
export type Classes = readonly [number, number, number]

export interface PeerAlternative {
  readonly logprob: number
  readonly forward: Relation
  readonly backward: Relation
}

export interface PeerAnswer {
  /** Place in the texts of the case. */
  readonly text: number
  /** ln p of every vocabulary entry per token, the end token last. */
  readonly distributions: readonly (readonly number[])[]
  readonly ids: readonly number[]
  readonly relevance: readonly number[]
  readonly unconditional: readonly number[]
  readonly alternatives: readonly (readonly PeerAlternative[])[]
  /** Tokens that would be function words. */
  readonly function_words: readonly number[]
}

export interface PeerCase {
  readonly name: string
  /** Distinct. All matrices are over them; rows are premises. */
  readonly texts: readonly string[]
  readonly tokens: readonly { readonly logprobs: readonly number[]; readonly relevance: readonly number[] }[]
  readonly answer: PeerAnswer
  /** Places in `texts`. */
  readonly samples: readonly number[]
  readonly verdicts: readonly (readonly Classes[])[]
  /** Such that every rule finds the same meanings. */
  readonly clear_verdicts: readonly (readonly Classes[])[]
  /** What the classifier would say of a text and itself. */
  readonly self_verdicts: readonly Classes[]
  readonly embeddings: readonly (readonly number[])[]
  readonly truth: { readonly true: number; readonly false: number }
  readonly peers: Readonly<Record<Peer, Readonly<Record<string, number>>>>
}

export interface PeerFacts {
  readonly versions: Readonly<Record<string, string>>
  readonly seed: number
  /** Three answers that UQLM counts four times. */
  readonly overlap: { readonly verdicts: readonly (readonly Classes[])[]; readonly discrete_entropy: number }
  readonly cases: readonly PeerCase[]
}

export function readPeerFacts(): PeerFacts {
  return JSON.parse(readFileSync(new URL('test/fixtures/peers.json', packageRoot()), 'utf8')) as PeerFacts
}

export const asEntailment = ([entailment, neutral, contradiction]: Classes): Entailment => ({
  entailment,
  neutral,
  contradiction
})
