import type { Dialect, Row, RunSql } from './database.js'
import { digestOf } from './digest.js'
import { StoreFault } from './faults.js'

/** Policies as they were kept at first, in SQLite only. */
const FIRST_POLICIES = [
  'CREATE TABLE policy_names (name TEXT PRIMARY KEY, last_version INTEGER NOT NULL) STRICT',
  `CREATE TABLE policies (
    name TEXT NOT NULL, version INTEGER NOT NULL, document TEXT NOT NULL, calibration TEXT NOT NULL,
    PRIMARY KEY (name, version)) STRICT`
]

/** `head` and `bulk` are null once the document was removed; its row stays, so that its version is not used again. */
const documentTables = ({ sortedText, bigInteger, tableOptions }: Dialect): readonly string[] => [
  `CREATE TABLE qualm_document_names (
    kind TEXT NOT NULL, name TEXT NOT NULL, last_version INTEGER NOT NULL, PRIMARY KEY (kind, name))${tableOptions}`,
  `CREATE TABLE qualm_documents (
    kind TEXT NOT NULL, name ${sortedText} NOT NULL, version INTEGER NOT NULL, created_ms ${bigInteger} NOT NULL,
    digest TEXT NOT NULL, head TEXT, bulk TEXT, PRIMARY KEY (kind, name, version))${tableOptions}`
]

/** `state` and `score` are JSON; `place` numbers the scores of a policy version, so that the oldest can go. */
const watchTables = ({ sortedText, bigInteger, tableOptions }: Dialect): readonly string[] => [
  `CREATE TABLE qualm_watches (
    name ${sortedText} NOT NULL, version INTEGER NOT NULL, last_place ${bigInteger} NOT NULL, state TEXT,
    PRIMARY KEY (name, version))${tableOptions}`,
  `CREATE TABLE qualm_watch_scores (
    score_id TEXT PRIMARY KEY, name ${sortedText} NOT NULL, version INTEGER NOT NULL, place ${bigInteger} NOT NULL,
    score TEXT NOT NULL, correct TEXT)${tableOptions}`,
  'CREATE INDEX qualm_watch_scores_by_place ON qualm_watch_scores (name, version, place)'
]

interface FirstPolicy extends Readonly<Record<string, unknown>> {
  readonly direction: string
  readonly threshold: number
  readonly createdMs: number
  readonly answeredShare: number
  readonly report: Readonly<Record<string, unknown>>
}

/** A row of the first table in the JSON form of `policy` documents: snake_case, the scorer's own scale. */
function policyDocument(name: string, version: number, row: Row) {
  const { createdMs, answeredShare, report, ...rest } = JSON.parse(String(row['document'])) as FirstPolicy
  const { errorRate, errorOnAccepted, pValue, ...metrics } = report
  const same = Object.fromEntries(Object.entries(rest).filter(([key]) => key !== 'name'))
  const head = {
    ...same,
    threshold: rest.direction === 'higher_is_more_certain' ? -rest.threshold : rest.threshold,
    answered_share: answeredShare,
    report: { ...metrics, error_rate: errorRate, error_on_accepted: errorOnAccepted, p_value: pValue }
  }
  const calibration = JSON.parse(String(row['calibration'])) as unknown
  const draft = { kind: 'policy', name, version, createdMs, body: { ...head, calibration } }
  return { createdMs, digest: digestOf(draft), head: JSON.stringify(head), bulk: JSON.stringify({ calibration }) }
}

const REMOVED = { createdMs: 0, digest: '', head: null, bulk: null }

/** Every version that was given gets a row; those that are no longer there, one without a body. */
async function movePolicies(run: RunSql): Promise<void> {
  for (const { name, last_version: last } of await run('SELECT * FROM policy_names')) {
    await run('INSERT INTO qualm_document_names VALUES ($1, $2, $3)', 'policy', String(name), Number(last))
    for (let version = 1; version <= Number(last); version++) {
      const [row] = await run('SELECT * FROM policies WHERE name = $1 AND version = $2', String(name), version)
      const found = row === undefined ? REMOVED : policyDocument(String(name), version, row)
      const { createdMs, digest, head, bulk } = found
      const values = [String(name), version, createdMs, digest, head, bulk]
      await run("INSERT INTO qualm_documents VALUES ('policy', $1, $2, $3, $4, $5, $6)", ...values)
    }
  }
  await run('DROP TABLE policies')
  await run('DROP TABLE policy_names')
}

type Step = (run: RunSql, dialect: Dialect) => Promise<void>

async function runAll(run: RunSql, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await run(statement)
}

/**
 * Steps that bring a database up to date, oldest first. They only go forward: a released step is never edited, and a
 * change of the schema is a new step at the end.
 */
const STEPS: readonly Step[] = [
  async (run, { hasFirstPolicies }) => {
    if (hasFirstPolicies) await runAll(run, FIRST_POLICIES)
  },
  async (run, dialect) => {
    await runAll(run, documentTables(dialect))
    if (dialect.hasFirstPolicies) await movePolicies(run)
  },
  async (run, dialect) => runAll(run, watchTables(dialect))
]

/** Number of steps that were applied. Throws the fault `newer` when this version does not know them all. */
async function applied(run: RunSql, { migrations }: Dialect): Promise<number> {
  const [newest] = await run(`SELECT COALESCE(MAX(step), 0) AS step FROM ${migrations}`)
  const step = Number(newest!['step'])
  if (step > STEPS.length) throw new StoreFault('newer')
  return step
}

/** True when steps are missing. Throws the fault `newer`. */
export async function isOutdated(run: RunSql, dialect: Dialect): Promise<boolean> {
  const [table] = await run(dialect.tableExists, dialect.migrations)
  return table === undefined || (await applied(run, dialect)) < STEPS.length
}

/** Applies the missing steps; to be run in one transaction. Safe with two processes. */
export async function migrate(run: RunSql, dialect: Dialect): Promise<void> {
  if (dialect.lockSchema !== null) await run(dialect.lockSchema)
  // Before anything is read: PostgreSQL may remember that the table was not there until a statement needs it.
  await run(`CREATE TABLE IF NOT EXISTS ${dialect.migrations} (step INTEGER PRIMARY KEY)${dialect.tableOptions}`)
  const from = await applied(run, dialect)
  for (const [index, step] of STEPS.entries()) {
    if (index < from) continue
    await step(run, dialect)
    await run(`INSERT INTO ${dialect.migrations} (step) VALUES ($1)`, index + 1)
  }
}
