import type { Client, Transaction } from '@libsql/client'
import { StoreFault } from './faults.js'

/**
 * Steps that bring a store file up to date, oldest first. They only go forward: a released step is never edited, and a
 * change of the schema is a new step at the end.
 */
const STEPS: readonly (readonly string[])[] = [
  [
    'CREATE TABLE policy_names (name TEXT PRIMARY KEY, last_version INTEGER NOT NULL) STRICT',
    `CREATE TABLE policies (
      name TEXT NOT NULL, version INTEGER NOT NULL, document TEXT NOT NULL, calibration TEXT NOT NULL,
      PRIMARY KEY (name, version)) STRICT`
  ]
]

async function applied(db: Pick<Client | Transaction, 'execute'>): Promise<number> {
  const table = await db.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migrations'")
  if (table.rows.length === 0) return 0
  const newest = await db.execute('SELECT COALESCE(MAX(step), 0) AS step FROM migrations')
  return Number(newest.rows[0]!['step'])
}

async function apply(transaction: Transaction, from: number): Promise<void> {
  await transaction.execute('CREATE TABLE IF NOT EXISTS migrations (step INTEGER PRIMARY KEY) STRICT')
  for (const [index, statements] of STEPS.entries()) {
    if (index < from) continue
    for (const statement of statements) await transaction.execute(statement)
    await transaction.execute({ sql: 'INSERT INTO migrations (step) VALUES (?)', args: [index + 1] })
  }
}

/** Applies the missing steps in one transaction; writes nothing when there are none. Safe with two processes. */
export async function migrate(client: Client): Promise<void> {
  const before = await applied(client)
  if (before > STEPS.length) throw new StoreFault('newer')
  if (before === STEPS.length) return
  const transaction = await client.transaction('write')
  try {
    await apply(transaction, await applied(transaction))
    await transaction.commit()
  } finally {
    transaction.close()
  }
}
