import t from 'tap'
import { createReach } from '../../src/upstreams/reach.js'
import { createManualClock } from '../fixtures/manual-clock.js'

/** Upstreams whose checks end when they are told to. */
function setup(...aliases: readonly string[]) {
  const clock = createManualClock()
  const asked: string[] = []
  const open = new Map<string, () => void>()
  const check = (alias: string) => async (): Promise<number> => {
    asked.push(alias)
    await new Promise<void>((resolve) => open.set(alias, resolve))
    return 200
  }
  const upstreams = new Map(aliases.map((alias) => [alias, { check: check(alias) }]))
  return { clock, asked, reach: createReach(upstreams, clock), end: (alias: string) => open.get(alias)?.() }
}

t.test('nobody is asked before the first look, which waits for all answers', async (t) => {
  const { asked, reach, end } = setup('a', 'b')
  t.same(asked, [])
  t.equal(reach.isPending('a'), false)
  const first = reach.look()
  t.same(asked, ['a', 'b'])
  t.equal(reach.isPending('a'), true)
  end('a')
  end('b')
  await first
  t.equal(reach.isPending('a'), false)
})

t.test('the first look waits no longer than a second, and what has not answered is told apart', async (t) => {
  const { clock, reach, end } = setup('a', 'b')
  const first = reach.look()
  end('a')
  clock.advance(1_000)
  await first
  t.equal(reach.isPending('a'), false)
  t.equal(reach.isPending('b'), true)
  await reach.look()
  t.pass('nor does another one wait anew')
})

t.test('later looks wait for nothing and ask no sooner than after ten seconds', async (t) => {
  const { clock, asked, reach, end } = setup('a')
  const first = reach.look()
  end('a')
  await first
  clock.advance(9_999)
  await reach.look()
  t.same(asked, ['a'])
  clock.advance(1)
  await reach.look()
  t.same(asked, ['a', 'a'])
  clock.advance(60_000)
  await reach.look()
  t.same(asked, ['a', 'a'], 'nobody is asked while an answer is out')
})

t.test('without upstreams there is nothing to wait for', async (t) => {
  const { clock, reach } = setup()
  await reach.look()
  t.equal(clock.pending, 0)
})
