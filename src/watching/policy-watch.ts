import { LRUCache } from 'lru-cache'
import { QualmError } from '../errors.js'
import { policyId, towardsUncertain, type StoredPolicy } from '../policies/policy.js'
import type { Fold, LabelOutcome, LabelRow, PolicyVersion, ScoreRow } from '../store/watch-rows.js'
import { foldAll, stateOf } from './fold.js'
import { isBroken, type Known } from './known.js'
import { Pending } from './pending.js'
import type { ObservedScore, WatchState } from './state.js'
import type { Decided, KeptLabel, Watch, WatchDependencies, WatchStats } from './watch.js'
import { watched } from './watched.js'

interface PendingLabel extends LabelRow {
  readonly resolve: (outcome: LabelOutcome) => void
  readonly reject: (error: unknown) => void
}

/** Policy versions whose state is kept at hand; their examples' scores are shared with the store's own cache. */
const MOST_KNOWN = 200
/** Scores that may wait for a store that does not answer; about 3 MB. */
const MOST_PENDING = 10_000
/**
 * What other replicas found out is read again after this long, however many requests come: with the time that their
 * decisions wait to be written, a promise that is broken anywhere is broken everywhere within a second.
 */
const REFRESH_MS = 250
/** Scores and labels that one transaction takes. */
const BATCH = 1000

function unknownScore(scoreId: string): QualmError {
  return new QualmError(
    'QUALM_ERR_UNKNOWN_SCORE',
    `No policy decided on the score ${JSON.stringify(scoreId)}, or it is too old: the newest 10000 per policy are kept.`
  )
}

/** The watch on a store. */
export class PolicyWatch implements Watch {
  readonly #store: WatchDependencies['store']
  readonly #lookup: WatchDependencies['lookup']
  readonly #now: () => number
  readonly #flushMs: number
  readonly #known = new LRUCache<string, Known>({ max: MOST_KNOWN })
  readonly #scores = new Pending<ScoreRow>(MOST_PENDING)
  /** One entry per policy version with canaries. */
  readonly #gates = new Map<string, 'passed' | 'failed'>()
  readonly #loading = new Map<string, Promise<Known>>()
  #labels: PendingLabel[] = []
  #timer: NodeJS.Timeout | null = null
  #writing: Promise<void> | null = null
  #counts = { scores: 0, labels: 0 }

  constructor({ store, lookup, now, flushMs }: WatchDependencies) {
    this.#store = store
    this.#lookup = lookup
    this.#now = now
    this.#flushMs = flushMs
  }

  async applied(policy: StoredPolicy): Promise<StoredPolicy> {
    const known = this.#fresh(policyId(policy)) ?? (await this.#loadOnce(policy))
    if (!isBroken(known) || !policy.guarantee) return policy
    return { ...policy, guarantee: { ...policy.guarantee, valid: false } }
  }

  observe({ id, decision }: Decided): void {
    const known = decision === undefined ? undefined : this.#known.get(decision.policy)
    if (known === undefined || typeof decision?.score !== 'number') return
    const { name, version, direction } = known.watched
    const uncertainty = towardsUncertain(direction, decision.score)
    const threshold = decision.threshold ?? decision.thresholds?.accept ?? null
    const within = threshold !== null && uncertainty <= towardsUncertain(direction, threshold)
    const score: ObservedScore = { uncertainty, accepted: decision.action === 'accept', within }
    this.#scores.add({ scoreId: id, name, version, score: JSON.stringify(score) })
    this.#schedule()
  }

  async label(scoreId: string, correct: boolean | number): Promise<KeptLabel> {
    const outcome = await new Promise<LabelOutcome>((resolve, reject) => {
      this.#labels.push({ scoreId, correct, resolve, reject })
      void this.#write()
    })
    if (outcome === 'unknown') throw unknownScore(scoreId)
    return outcome
  }

  async isBroken({ name, version }: PolicyVersion): Promise<boolean> {
    const known = this.#known.get(policyId({ name, version }))
    if (known !== undefined) return isBroken(known)
    if (this.#gates.get(policyId({ name, version })) === 'failed') return true
    const text = await this.#store.watch.state({ name, version })
    return text !== null && (JSON.parse(text) as WatchState).broken !== null
  }

  async state(policy: StoredPolicy): Promise<Known> {
    await this.flush()
    return this.#load(policy)
  }

  gate(policy: string, passed: boolean): void {
    const canaries = passed ? 'passed' : 'failed'
    this.#gates.set(policy, canaries)
    const known = this.#known.get(policy)
    if (known !== undefined) this.#known.set(policy, { ...known, canaries })
  }

  async forget(name: string, version: number | null): Promise<void> {
    await this.flush()
    for (const [id, { watched: one }] of this.#known.entries()) {
      if (one.name === name && (version === null || one.version === version)) this.#known.delete(id)
    }
    await this.#store.watch.forget(name, version)
  }

  async flush(): Promise<void> {
    while (this.#writing !== null) await this.#writing
    await this.#write()
  }

  stats(): WatchStats {
    const broken = [...this.#known.values()].filter(isBroken).length
    const { size: pending, lost } = this.#scores
    return { watched: this.#known.size, broken, ...this.#counts, lost, pending }
  }

  async close(): Promise<void> {
    await this.flush()
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #schedule(): void {
    if (this.#flushMs === 0 || this.#timer !== null) return
    this.#timer = setTimeout(() => {
      this.#timer = null
      void this.#write()
    }, this.#flushMs).unref()
  }

  /** One writer at a time; what comes meanwhile goes with the next batch. */
  #write(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null
      if (this.#labels.length > 0) void this.#write()
    })
    return this.#writing
  }

  async #writeAll(): Promise<void> {
    while (this.#scores.size > 0 || this.#labels.length > 0) {
      if (!(await this.#writeBatch())) return
    }
  }

  /** False when the store did not take it: the scores then wait for the next turn, and the labels fail. */
  async #writeBatch(): Promise<boolean> {
    const scores = this.#scores.take(BATCH)
    const labels = this.#labels.splice(0, BATCH)
    try {
      await this.#loadOwners(scores, labels)
      const wanted = scores.filter((score) => this.#known.has(policyId(score)))
      const outcomes = await this.#commit(wanted, labels)
      for (const [index, label] of labels.entries()) label.resolve(outcomes[index]!)
      this.#counts.scores += wanted.length
      this.#counts.labels += outcomes.filter((outcome) => outcome === 'counted').length
      return true
    } catch (error) {
      this.#scores.putBack(scores)
      for (const label of labels) label.reject(error)
      this.#schedule()
      return false
    }
  }

  /** The policies must be known before their states can be folded. */
  async #loadOwners(scores: readonly ScoreRow[], labels: readonly PendingLabel[]): Promise<void> {
    const ids = labels.map(({ scoreId }) => scoreId)
    const owners = ids.length === 0 ? [] : await this.#store.watch.owners(ids)
    for (const owner of [...scores, ...owners]) {
      if (owner !== null && !this.#known.has(policyId(owner))) await this.#loadOwner(owner)
    }
  }

  /** A policy that was removed meanwhile takes its scores along. */
  async #loadOwner({ name, version }: PolicyVersion): Promise<void> {
    try {
      await this.#load(await this.#lookup(`${name}@${version}`))
    } catch (error) {
      if (!(error instanceof QualmError) || error.code !== 'QUALM_ERR_UNKNOWN_POLICY') throw error
      await this.#store.watch.forget(name, version)
    }
  }

  async #commit(scores: readonly ScoreRow[], labels: readonly LabelRow[]): Promise<readonly LabelOutcome[]> {
    if (scores.length + labels.length === 0) return []
    const atMs = this.#now()
    const folded = new Map<string, WatchState>()
    const fold: Fold = (policy, text, added) => {
      const id = policyId(policy)
      const known = this.#known.get(id)
      if (known === undefined) return text
      const next = foldAll(known.watched, text, added, atMs)
      folded.set(id, next)
      return JSON.stringify(next)
    }
    const outcomes = await this.#store.watch.commit({ scores, labels }, fold)
    for (const [id, state] of folded) {
      const known = this.#known.get(id)
      if (known !== undefined) this.#known.set(id, { ...known, state, readAtMs: atMs })
    }
    return outcomes
  }

  #fresh(id: string): Known | undefined {
    const known = this.#known.get(id)
    return known !== undefined && this.#now() - known.readAtMs < REFRESH_MS ? known : undefined
  }

  /** However many ask at once, the store is read once. */
  #loadOnce(policy: StoredPolicy): Promise<Known> {
    const id = policyId(policy)
    const running = this.#loading.get(id)
    if (running !== undefined) return running
    const loading = this.#load(policy).finally(() => this.#loading.delete(id))
    this.#loading.set(id, loading)
    return loading
  }

  /** What changed here while the store was read is newer than what was read. */
  async #load(policy: StoredPolicy): Promise<Known> {
    const before = this.#known.get(policyId(policy))
    const readAtMs = this.#now()
    const text = await this.#store.watch.state(policy)
    const since = this.#known.get(policyId(policy))
    if (since !== undefined && since !== before) return since
    const one = before?.watched ?? watched(policy)
    const canaries = this.#gates.get(one.id) ?? 'unchecked'
    const known: Known = { watched: one, state: stateOf(one, text), canaries, readAtMs }
    this.#known.set(one.id, known)
    return known
  }
}
