import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openStore } from '../../src/store/store.js'
import { createWatch } from '../../src/watching/watch.js'
import { scoreId } from '../fixtures/observed.js'
import { storedPolicy } from '../fixtures/scoring-setup.js'

const WRITER = fileURLToPath(new URL('../fixtures/feedback-writer.js', import.meta.url))
const POLICY = storedPolicy({ threshold: 0.5 })

t.test('a killed process loses no label that it acknowledged, and counts none twice', async (t) => {
  const place = t.testdir()
  const acknowledged: number[] = []
  for (let run = 0; run < 4; run++) {
    const { stdout, signal } = spawnSync(process.execPath, [WRITER, place, `${100 * run + run}`, `${run + 2}`], {
      encoding: 'utf8'
    })
    t.equal(signal, 'SIGKILL')
    acknowledged.push(...stdout.trim().split('\n').map(Number))
  }
  const store = await openStore(place)
  t.teardown(() => store.close())
  const watch = createWatch({ store, lookup: async () => POLICY, now: () => 0, flushMs: 0 })
  const { state } = await watch.state(POLICY)
  t.equal(acknowledged.length, 14)
  t.ok(state.labels.n >= 14 && state.labels.n <= 18, String(state.labels.n))
  for (const n of acknowledged) t.equal(await watch.label(scoreId(n), true), 'repeated')
  t.equal((await watch.state(POLICY)).state.labels.n, state.labels.n)
  t.equal(state.scores.n, state.labels.n)
})
