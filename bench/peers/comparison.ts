/** A method of a peer beside ours: what our score should be, given the peer's number. */
import { resolveOptions } from '../../src/scorer-registry.js'
import type { Options, Scored, Scorer } from '../../src/scorer.js'
import { evidenceOf, type CaseEvidence, type Verdicts } from './evidence.js'
import type { Peer, PeerCase } from './facts.js'

/** Largest difference that counts as the same number. */
export const TOLERANCE = 1e-6

export interface Comparison {
  readonly peer: Peer
  /** As in the facts: the peer's own name, with a remark where it was called in a special way. */
  readonly name: string
  /** Ours. */
  readonly scorer: string
  readonly options?: Options
  readonly verdicts?: Verdicts
  /** What it is that our scorer should give; by default its value. */
  readonly ours?: (scored: Scored) => number
  /** The peer's number on the scale of ours; by default as it is. */
  readonly scale?: (value: number, given: PeerCase) => number
  /** What `scale` does, for readers. */
  readonly scaled?: string
  /** Our evidence, changed before it is scored. */
  readonly change?: (evidence: CaseEvidence, given: PeerCase) => Partial<CaseEvidence>
}

/** Where the peer errs or means something else. */
export interface Disagreement extends Omit<Comparison, 'change'> {
  /** Row of formulas.md §16, or the section. */
  readonly topic: string
  readonly why: string
  /** How our scorer is brought to give the peer's number, so that nothing else is between the two; null: it cannot be. */
  readonly repeat: Pick<Comparison, 'options' | 'change' | 'ours' | 'scale'> | null
}

/** Our number and the peer's on one scale. */
export interface Compared {
  readonly given: PeerCase
  readonly ours: number
  readonly theirs: number
}

export type Scorers = ReadonlyMap<string, Scorer>

/** Runs one comparison on one case. Throws when the peer has no such number, or our scorer no value. */
export async function compare(scorers: Scorers, one: Comparison, given: PeerCase): Promise<Compared> {
  const scorer = scorers.get(one.scorer)
  const theirs = given.peers[one.peer][one.name]
  if (scorer === undefined || theirs === undefined) throw new Error(`${one.scorer} or ${one.name} is unknown`)
  const { options } = resolveOptions(scorer, one.options ?? {})
  if (options === null) throw new Error(`${one.scorer} has no such options`)
  const evidence = await evidenceOf(given, scorer.parameters?.(options) ?? {}, one.verdicts ?? 'verdicts')
  const scored = scorer.score({ ...evidence, ...one.change?.(evidence, given) } as never, options)
  return { given, ours: (one.ours ?? valueOf)(scored), theirs: one.scale?.(theirs, given) ?? theirs }
}

const valueOf = ({ value }: Scored): number => value

/** Runs one comparison on every case. */
export function compareAll(scorers: Scorers, one: Comparison, cases: readonly PeerCase[]): Promise<Compared[]> {
  return Promise.all(cases.map((given) => compare(scorers, one, given)))
}

/** The same method with our scorer brought to the peer's form. */
export function repeated({ repeat, ...one }: Disagreement): Comparison | null {
  return repeat === null ? null : { ...one, ...repeat }
}

/** Largest difference over the cases. */
export function largestGap(compared: readonly Compared[]): number {
  return compared.reduce((most, { ours, theirs }) => Math.max(most, Math.abs(ours - theirs)), 0)
}
