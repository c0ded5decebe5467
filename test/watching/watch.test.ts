import t, { type Test } from 'tap'
import { QualmError } from '../../src/errors.js'
import type { StoredPolicy } from '../../src/policies/policy.js'
import { openStore, type Store } from '../../src/store/store.js'
import { watchReport } from '../../src/watching/report.js'
import { createWatch, type Watch } from '../../src/watching/watch.js'
import { decided, scoreId } from '../fixtures/observed.js'
import { storedPolicy } from '../fixtures/scoring-setup.js'

const REFERENCE = Array.from({ length: 200 }, (_, i) => (i + 0.5) / 200)
const BOT = storedPolicy({ threshold: 0.5, reference: REFERENCE })

const lookupIn = (policies: readonly StoredPolicy[]) => async (reference: string) => {
  const found = policies.find(({ name, version }) => `${name}@${version}` === reference)
  if (found === undefined) throw new QualmError('QUALM_ERR_UNKNOWN_POLICY', 'gone')
  return found
}

/** A watch that writes only when it is told to. */
function watchOn(store: Pick<Store, 'watch'>, policies: readonly StoredPolicy[] = [BOT]): Watch {
  return createWatch({ store, lookup: lookupIn(policies), now: () => 1_700_000_000_000, flushMs: 0 })
}

async function storeAt(t: Test, place: string): Promise<Store> {
  const store = await openStore(place)
  t.teardown(() => store.close())
  return store
}

t.test('decisions are noted, written together, and read after a restart', async (t) => {
  const store = await storeAt(t, t.testdir())
  const watch = watchOn(store)
  await watch.applied(BOT)
  for (let n = 0; n < 5; n++) watch.observe(decided(n, n / 4))
  t.match(watch.stats(), { scores: 0, pending: 5 })
  await watch.flush()
  t.match(watch.stats(), { watched: 1, broken: 0, scores: 5, pending: 0, lost: 0 })
  const { state } = await watchOn(store).state(BOT)
  t.match(state.scores, { n: 5, accepted: 3, bag: [0, 0.25, 0.5, 0.75, 1] })
})

t.test('answers without a policy, without a score, or of a policy that nobody looked up are passed over', async (t) => {
  const watch = watchOn(await storeAt(t, t.testdir()))
  watch.observe(decided(1, 0.1))
  await watch.applied(BOT)
  watch.observe({ id: scoreId(2) })
  watch.observe(decided(3, null))
  watch.observe(decided(4, 0.1, 'other@1'))
  t.equal(watch.stats().pending, 0)
})

t.test('a score of a scorer that is higher when certain is turned around', async (t) => {
  const certain = storedPolicy({ direction: 'higher_is_more_certain', threshold: -0.5 })
  const watch = watchOn(await storeAt(t, t.testdir()), [certain])
  await watch.applied(certain)
  watch.observe({ id: scoreId(1), decision: { policy: 'bot@1', action: 'accept', score: 0.9, threshold: 0.5 } })
  t.same((await watch.state(certain)).state.scores.bag, [-0.9])
})

t.test('a broken promise takes the guarantee back, here and after a restart', async (t) => {
  const store = await storeAt(t, t.testdir())
  const watch = watchOn(store)
  t.equal(await watch.applied(BOT), BOT)
  for (let n = 0; n < 60; n++) watch.observe(decided(n, 7))
  t.equal(await watch.applied(BOT), BOT)
  await watch.flush()
  for (const one of [watch, watchOn(store)]) {
    t.match(await one.applied(BOT), { name: 'bot', guarantee: { valid: false } })
    t.equal(await one.isBroken(BOT), true)
  }
  t.equal(await watchOn(store).isBroken(BOT), true)
  t.equal(BOT.guarantee?.valid, true)
  t.equal(watch.stats().broken, 1)
})

t.test('the other replica learns of a broken promise with its next decision', async (t) => {
  const place = t.testdir()
  const [one, two] = [watchOn(await storeAt(t, place)), watchOn(await storeAt(t, place))]
  await Promise.all([one.applied(BOT), two.applied(BOT)])
  for (let n = 0; n < 60; n++) one.observe(decided(n, 7))
  await one.flush()
  two.observe(decided(100, 0.2))
  await two.flush()
  t.match(await two.applied(BOT), { guarantee: { valid: false } })
})

t.test('a label is kept before it is acknowledged, and finds a score that was not yet written', async (t) => {
  const store = await storeAt(t, t.testdir())
  const watch = watchOn(store)
  await watch.applied(BOT)
  watch.observe(decided(1, 0.2))
  t.equal(await watch.label(scoreId(1), false), 'counted')
  t.equal(await watch.label(scoreId(1), false), 'repeated')
  t.equal(await watch.label(scoreId(1), true), 'contradicts')
  t.match((await watchOn(store).state(BOT)).state.labels, { n: 1, right: 0, tested: 1, losses: 1 })
})

t.test('labels of a policy that was not used since the restart are counted', async (t) => {
  const store = await storeAt(t, t.testdir())
  const before = watchOn(store)
  await before.applied(BOT)
  for (let n = 0; n < 40; n++) before.observe(decided(n, n / 40))
  await before.flush()
  const after = watchOn(store)
  const outcomes = await Promise.all(Array.from({ length: 20 }, (_, n) => after.label(scoreId(n), false)))
  t.ok(outcomes.every((outcome) => outcome === 'counted'))
  t.match(await after.applied(BOT), { guarantee: { valid: false } })
  t.match(watchReport(await after.state(BOT)).broken, { by: 'labels', message: /larger error/ })
})

t.test('a label of a score that is not known is refused', async (t) => {
  const watch = watchOn(await storeAt(t, t.testdir()))
  await t.rejects(watch.label(scoreId(9), true), { code: 'QUALM_ERR_UNKNOWN_SCORE', status: 404 })
})

t.test('what is kept of a removed policy goes, and its labels are refused', async (t) => {
  const store = await storeAt(t, t.testdir())
  const watch = watchOn(store)
  await watch.applied(BOT)
  watch.observe(decided(1, 0.2))
  await watch.flush()
  await t.rejects(watchOn(store, []).label(scoreId(1), true), { code: 'QUALM_ERR_UNKNOWN_SCORE' })
  await watch.forget('bot', null)
  t.equal(watch.stats().watched, 0)
  t.equal((await watch.state(BOT)).state.scores.n, 0)
})

t.test('while the store fails, decisions wait, labels fail, and nothing throws from the hot path', async (t) => {
  const store = await storeAt(t, t.testdir())
  let isDown = true
  const down = new QualmError('QUALM_ERR_STORE', 'down')
  const flaky = {
    watch: {
      state: store.watch.state.bind(store.watch),
      owners: store.watch.owners.bind(store.watch),
      forget: store.watch.forget.bind(store.watch),
      commit: async (...args: Parameters<Store['watch']['commit']>) => {
        if (isDown) throw down
        return store.watch.commit(...args)
      }
    }
  }
  const watch = watchOn(flaky)
  await watch.applied(BOT)
  watch.observe(decided(1, 0.2))
  await t.rejects(watch.label(scoreId(1), true), { code: 'QUALM_ERR_STORE' })
  await watch.flush()
  t.match(watch.stats(), { pending: 1, scores: 0, labels: 0 })
  for (let n = 2; n < 10_005; n++) watch.observe(decided(n, 0.2))
  t.match(watch.stats(), { pending: 10_000, lost: 4 })
  isDown = false
  await watch.close()
  t.match(watch.stats(), { pending: 0, scores: 10_000 })
})

t.test('the report tells drift once there are scores enough, and the adaptive threshold of coverage', async (t) => {
  const coverage = storedPolicy({
    objective: { kind: 'coverage', target: 0.1, level: null },
    guarantee: { kind: 'coverage', target: 0.1, level: null, method: 'split_conformal', n: 200, valid: true },
    calibration: REFERENCE,
    reference: REFERENCE
  })
  const watch = watchOn(await storeAt(t, t.testdir()), [coverage])
  await watch.applied(coverage)
  t.match(watchReport(await watch.state(coverage)), { broken: null, scores: { n: 0, drift: null } })
  for (let n = 0; n < 20; n++) watch.observe(decided(n, 0.05 + n / 22))
  await watch.label(scoreId(19), true)
  const { scores, labels, adaptive } = watchReport(await watch.state(coverage))
  t.match(scores.drift, { recent: 20, reference: 200 })
  t.ok(scores.drift!.p_value > 0.2 && scores.drift!.ks_distance < 0.2)
  t.match(labels, { n: 1, right: 1, tested: 1, mean_loss: 1 })
  t.ok(labels.bound! > 0.1 && labels.bound! < 0.2)
  t.match(adaptive, { n: 1, missed: 1, alpha: 0.1 - 0.005 * 0.9 })
  t.equal(adaptive!.threshold, REFERENCE[181])
})
