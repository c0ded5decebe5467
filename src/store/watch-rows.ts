/** What the watch over policies keeps: one state per policy version, and recent scores without any text. */
import type { Database, Row, RunSql } from './database.js'

/** One version of a policy. */
export interface PolicyVersion {
  readonly name: string
  readonly version: number
}

/** A score that a policy decided on. */
export interface ScoreRow extends PolicyVersion {
  readonly scoreId: string
  /** Whatever the fold needs to know of it, as JSON. */
  readonly score: string
}

/** A label that came for a score. */
export interface LabelRow {
  readonly scoreId: string
  readonly correct: boolean | number
}

/**
 * What became of a label: counted, sent before with the same value, sent before with another (the first one stays), or
 * of a score that is not known.
 */
export type LabelOutcome = 'counted' | 'repeated' | 'contradicts' | 'unknown'

export interface NewScores {
  readonly scores: readonly ScoreRow[]
  readonly labels: readonly LabelRow[]
}

/** A label with the score that it belongs to. */
export interface LabelledScore {
  readonly score: string
  readonly correct: boolean | number
}

/** The next state of one policy version. `state` is null at first. Pure: it may run more than once. */
export type Fold = (
  policy: PolicyVersion,
  state: string | null,
  added: { readonly scores: readonly string[]; readonly labels: readonly LabelledScore[] }
) => string | null

/** Scores per policy version that can still be labelled. */
export const KEPT_SCORES = 10_000

/** Scores that one statement adds: both databases bound the parameters of a statement. */
const ROWS_PER_INSERT = 1_000

/** Opens the state where it is new, and keeps other processes from it until the transaction ends. */
const TAKE_PLACES = `INSERT INTO qualm_watches (name, version, last_place, state) VALUES ($1, $2, $3, NULL)
  ON CONFLICT (name, version) DO UPDATE SET last_place = qualm_watches.last_place + excluded.last_place
  RETURNING state, last_place`
const SAVE = 'UPDATE qualm_watches SET state = $3 WHERE name = $1 AND version = $2'
/** A score that is there was written by an attempt whose answer got lost. */
const ADD = (count: number): string => `INSERT INTO qualm_watch_scores (name, version, score_id, place, score)
  VALUES ${valueLists(count)} ON CONFLICT DO NOTHING RETURNING score_id`
const FORGET_OLD = 'DELETE FROM qualm_watch_scores WHERE name = $1 AND version = $2 AND place <= $3'
const FIND = 'SELECT name, version, score, correct FROM qualm_watch_scores WHERE score_id = $1'
const LABEL = 'UPDATE qualm_watch_scores SET correct = $2 WHERE score_id = $1 AND correct IS NULL RETURNING score'
const STATE = 'SELECT state FROM qualm_watches WHERE name = $1 AND version = $2'
const OF_POLICY = 'name = $1 AND (CAST($2 AS INTEGER) IS NULL OR version = $2)'

const keyOf = ({ name, version }: PolicyVersion): string => `${name}@${version}`

const versionOf = (row: Row): PolicyVersion => ({ name: String(row['name']), version: Number(row['version']) })

/** The policy versions that scores and labels touch, always in one order, so that two processes do not block. */
function touched(versions: readonly PolicyVersion[]): readonly PolicyVersion[] {
  const byKey = new Map(versions.map((version) => [keyOf(version), version]))
  return [...byKey.keys()].sort().map((key) => byKey.get(key)!)
}

/** Rows of the watch on either database. Every call throws QUALM_ERR_STORE when the store fails. */
export class WatchRows {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** The state of one policy version; null when nothing was kept yet. */
  async state({ name, version }: PolicyVersion): Promise<string | null> {
    const rows = await this.#database.read((run) => run(STATE, name, version))
    return typeof rows[0]?.['state'] === 'string' ? rows[0]['state'] : null
  }

  /** Which policy version decided on each score; null for a score that is not known. */
  async owners(scoreIds: readonly string[]): Promise<readonly (PolicyVersion | null)[]> {
    return this.#database.read(async (run) => {
      const owners: (PolicyVersion | null)[] = []
      for (const id of scoreIds) owners.push(await owner(run, id))
      return owners
    })
  }

  /**
   * Adds scores and labels and folds them into the states, all or nothing; returns what became of each label. Once it
   * returns, nothing of it is lost. Scores beyond the newest `KEPT_SCORES` of a policy version go.
   */
  async commit(added: NewScores, fold: Fold): Promise<readonly LabelOutcome[]> {
    return this.#database.write(async (run) => {
      const owners = await ownersOf(run, added)
      const outcomes: LabelOutcome[] = added.labels.map(() => 'unknown')
      for (const policy of touched([...added.scores, ...owners.filter((one) => one !== null)])) {
        const key = keyOf(policy)
        const scores = added.scores.filter((score) => keyOf(score) === key)
        const { state, fresh } = await addScores(run, policy, scores)
        const labels: LabelledScore[] = []
        for (const [index, label] of added.labels.entries()) {
          const own = owners[index]
          if (own && keyOf(own) === key) outcomes[index] = await setLabel(run, label, labels)
        }
        const next = fold(policy, state, { scores: fresh, labels })
        await run(SAVE, policy.name, policy.version, next)
      }
      return outcomes
    })
  }

  /** Drops what is kept of one version, or of all when `version` is null. */
  async forget(name: string, version: number | null): Promise<void> {
    await this.#database.write(async (run) => {
      await run(`DELETE FROM qualm_watches WHERE ${OF_POLICY}`, name, version)
      await run(`DELETE FROM qualm_watch_scores WHERE ${OF_POLICY}`, name, version)
    })
  }
}

async function owner(run: RunSql, scoreId: string): Promise<PolicyVersion | null> {
  const [row] = await run(FIND, scoreId)
  return row === undefined ? null : versionOf(row)
}

/** The policy version behind each label, among the new scores or those that are kept. */
async function ownersOf(run: RunSql, { scores, labels }: NewScores): Promise<readonly (PolicyVersion | null)[]> {
  const added = new Map(scores.map((score) => [score.scoreId, score]))
  const owners: (PolicyVersion | null)[] = []
  for (const { scoreId } of labels) owners.push(added.get(scoreId) ?? (await owner(run, scoreId)))
  return owners
}

/** `($1, $2, $3, $4, $5), ($1, $2, $6, $7, $8)` …: the policy version, then what each score has of its own. */
function valueLists(count: number): string {
  const list = (at: number): string => `($1, $2, $${3 * at + 3}, $${3 * at + 4}, $${3 * at + 5})`
  return Array.from({ length: count }, (_, at) => list(at)).join(', ')
}

/** The state of one policy version, locked, and the scores that were not there. */
interface Opened {
  readonly state: string | null
  readonly fresh: readonly string[]
}

/** Adds the scores of one policy version and drops those that are too old. */
async function addScores(run: RunSql, { name, version }: PolicyVersion, scores: readonly ScoreRow[]): Promise<Opened> {
  const [row] = await run(TAKE_PLACES, name, version, scores.length)
  const last = Number(row!['last_place'])
  const first = last - scores.length + 1
  const added = new Set<unknown>()
  for (let at = 0; at < scores.length; at += ROWS_PER_INSERT) {
    const rows = scores.slice(at, at + ROWS_PER_INSERT)
    const values = rows.flatMap(({ scoreId, score }, index) => [scoreId, first + at + index, score])
    for (const one of await run(ADD(rows.length), name, version, ...values)) added.add(one['score_id'])
  }
  if (scores.length > 0) await run(FORGET_OLD, name, version, last - KEPT_SCORES)
  // In the order in which they came, whatever the database returns; one that came twice is taken once.
  const fresh = scores.filter(({ scoreId }) => added.delete(scoreId)).map(({ score }) => score)
  return { state: typeof row!['state'] === 'string' ? row!['state'] : null, fresh }
}

/** Keeps a label; one that is new goes to `counted`. */
async function setLabel(run: RunSql, { scoreId, correct }: LabelRow, counted: LabelledScore[]): Promise<LabelOutcome> {
  const [row] = await run(LABEL, scoreId, JSON.stringify(correct))
  if (row !== undefined) {
    counted.push({ score: String(row['score']), correct })
    return 'counted'
  }
  const [before] = await run(FIND, scoreId)
  return String(before?.['correct']) === JSON.stringify(correct) ? 'repeated' : 'contradicts'
}
