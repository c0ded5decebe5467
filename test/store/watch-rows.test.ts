import t, { type Test } from 'tap'
import type { Fold, ScoreRow } from '../../src/store/watch-rows.js'
import { KEPT_SCORES } from '../../src/store/watch-rows.js'
import { scoreId } from '../fixtures/observed.js'
import { onBothSides, opened, type Side } from '../fixtures/sides.js'

const BOT = { name: 'bot', version: 1 }

const row = (n: number, policy = BOT): ScoreRow => ({ ...policy, scoreId: scoreId(n), score: `${n}` })

/** The state is all that was folded, in order. */
const log: Fold = (_policy, state, { scores, labels }) => {
  const told = labels.map(({ score, correct }) => `${score}=${String(correct)}`)
  return JSON.stringify([...((JSON.parse(state ?? '[]') as string[]) ?? []), ...scores, ...told])
}

async function watch(t: Test, side: Side) {
  return (await opened(t, await side.place(t))).watch
}

async function rows(t: Test, side: Side): Promise<void> {
  t.test('nothing is known at first', async (t) => {
    const kept = await watch(t, side)
    t.equal(await kept.state(BOT), null)
    t.same(await kept.owners([scoreId(1)]), [null])
    t.same(await kept.commit({ scores: [], labels: [{ scoreId: scoreId(1), correct: true }] }, log), ['unknown'])
  })

  t.test('scores and labels are folded in order, each into its own policy version', async (t) => {
    const kept = await watch(t, side)
    const second = { name: 'bot', version: 2 }
    await kept.commit({ scores: [row(1), row(2, second), row(3)], labels: [] }, log)
    const labels = [
      { scoreId: scoreId(3), correct: false },
      { scoreId: scoreId(2), correct: 0.5 }
    ]
    t.same(await kept.commit({ scores: [row(4)], labels }, log), ['counted', 'counted'])
    t.equal(await kept.state(BOT), '["1","3","4","3=false"]')
    t.equal(await kept.state(second), '["2","2=0.5"]')
    t.same(await kept.owners([scoreId(2), scoreId(9)]), [second, null])
  })

  t.test('a label can come with its score, and counts once; another one does not replace it', async (t) => {
    const kept = await watch(t, side)
    const label = { scoreId: scoreId(1), correct: true }
    t.same(await kept.commit({ scores: [row(1)], labels: [label, label] }, log), ['counted', 'repeated'])
    const other = { ...label, correct: false }
    t.same(await kept.commit({ scores: [], labels: [other, label] }, log), ['contradicts', 'repeated'])
    t.equal(await kept.state(BOT), '["1","1=true"]')
  })

  t.test('scores that are sent again after a lost answer are folded once', async (t) => {
    const kept = await watch(t, side)
    await kept.commit({ scores: [row(1)], labels: [] }, log)
    await kept.commit({ scores: [row(1), row(2)], labels: [] }, log)
    t.equal(await kept.state(BOT), '["1","2"]')
  })

  t.test('a batch of many scores keeps its order, and one that comes twice in it is folded once', async (t) => {
    const kept = await watch(t, side)
    const many = Array.from({ length: 2_100 }, (_, n) => row(n))
    await kept.commit({ scores: many.slice(50, 60), labels: [] }, log)
    await kept.commit({ scores: [...many, many[7]!], labels: [] }, log)
    const before = many.slice(50, 60).map(({ score }) => score)
    const after = many.map(({ score }) => score).filter((score) => !before.includes(score))
    t.same(JSON.parse((await kept.state(BOT))!), [...before, ...after])
    t.same(await kept.owners([scoreId(0), scoreId(2_099)]), [BOT, BOT])
  })

  t.test('a fold that throws leaves nothing behind', async (t) => {
    const kept = await watch(t, side)
    const fail: Fold = () => {
      throw new Error('fold')
    }
    await t.rejects(kept.commit({ scores: [row(1)], labels: [] }, fail))
    t.same(await kept.owners([scoreId(1)]), [null])
    t.equal(await kept.state(BOT), null)
  })

  t.test('two stores at one place fold each score once, whoever is first', async (t) => {
    const place = await side.place(t)
    const stores = await Promise.all([opened(t, place), opened(t, place)])
    const commits = Array.from({ length: 20 }, (_, i) =>
      stores[i % 2]!.watch.commit(
        { scores: [row(2 * i), row(2 * i + 1, { name: 'other', version: 1 })], labels: [] },
        log
      )
    )
    await Promise.all(commits)
    const even = (JSON.parse((await stores[0].watch.state(BOT))!) as string[]).map(Number)
    t.same(
      even.sort((a, b) => a - b),
      Array.from({ length: 20 }, (_, i) => 2 * i)
    )
  })

  t.test('what is forgotten is gone, of one version or of all', async (t) => {
    const kept = await watch(t, side)
    const others = [
      { name: 'bot', version: 2 },
      { name: 'other', version: 1 }
    ]
    await kept.commit({ scores: [row(1), row(2, others[0]), row(3, others[1])], labels: [] }, log)
    await kept.forget('bot', 1)
    t.equal(await kept.state(BOT), null)
    t.same(await kept.owners([scoreId(1), scoreId(2)]), [null, others[0]])
    await kept.forget('bot', null)
    t.same(await kept.owners([scoreId(2), scoreId(3)]), [null, others[1]])
  })
}

t.test('rows of the watch', async (t) => onBothSides(t, rows))

t.test('only the newest scores of a policy can be labelled', async (t) => {
  const kept = (await opened(t, t.testdir())).watch
  const count = KEPT_SCORES + 2
  await kept.commit({ scores: Array.from({ length: count }, (_, n) => row(n)), labels: [] }, () => null)
  const owners = await kept.owners([0, 1, 2, count - 1].map(scoreId))
  t.same(
    owners.map((owner) => owner === null),
    [true, true, false, false]
  )
})
