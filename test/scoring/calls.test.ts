/** Evidence is gathered once: what the models are asked, item by item, over every scorer of the folder. */
import t from 'tap'
import { closure, gatheringKey } from '../../src/evidence/kinds.js'
import type { ScoreRequest } from '../../src/schemas/score.js'
import { resolveOptions } from '../../src/scorer-registry.js'
import { scorers, setupScoring } from '../fixtures/scoring-setup.js'
import { CONTRADICTS, ENTAILS, NEUTRAL, type Call, type Script } from '../fixtures/scripted-engine.js'

const SAMPLES = ['It is Canberra.', 'Sydney', 'It is Canberra.', 'Perth, perhaps', 'Canberra']
const SCRIPT: Script = {
  answer: 'It is Canberra.',
  samples: SAMPLES,
  reply: '80%',
  options: ({ options }) => options.map((_, i) => 1 / (i + 2)),
  vector: (text) => [1, text.length % 7, text.length % 3],
  entails: (premise, hypothesis) => [ENTAILS, NEUTRAL, CONTRADICTS][(premise.length + 2 * hypothesis.length) % 3]!
}
const REQUEST: ScoreRequest = {
  prompt: 'What is the capital of Australia?',
  choices: ['Canberra', 'Sydney'],
  context: 'Canberra is the capital of Australia.',
  sampling: { n: SAMPLES.length },
  seed: 1
}

/** What one call asks, one entry per row, text or pair. Alternatives and statistics cost no call and are left out. */
function itemsOf(call: Call): string[] {
  const items = (list: readonly unknown[]) => list.map((item) => JSON.stringify([call.kind, item]))
  if (call.kind === 'embed') return items(call.texts)
  if (call.kind === 'entail') return items(call.pairs)
  if (call.kind === 'generate') {
    const { messages, prefill = '', rows, firstRow = 0, maxTokens, seed } = call.request
    return items(rows.map((row, i) => [messages, prefill, row, firstRow + i, maxTokens, seed]))
  }
  return items([{ ...call.request, topCount: 0 }])
}

interface Asked {
  readonly calls: number
  readonly items: readonly string[]
}

async function asked(names: readonly string[]): Promise<Asked> {
  const { engine, fault } = setupScoring({ script: SCRIPT, limits: { maxPairs: 1_000_000, maxSamples: 1000 } })
  const met = await fault({ ...REQUEST, scorers: [...names] })
  if (met !== null && met.code !== 'QUALM_ERR_NO_EVIDENCE') throw new Error(JSON.stringify(met))
  return { calls: engine.calls.length, items: engine.calls.flatMap(itemsOf) }
}

const names = [...scorers.keys()]
const alone = new Map<string, Asked>()
for (const name of names) alone.set(name, await asked([name]))
const together = await asked(names)

t.test('all scorers at once ask for no more than the union of what each asks alone', async (t) => {
  const union = new Set([...alone.values()].flatMap(({ items }) => items))
  t.same(
    together.items.filter((item) => !union.has(item)),
    []
  )
  const sum = [...alone.values()].reduce((total, { calls }) => total + calls, 0)
  t.ok(together.calls < sum / 2, `${together.calls} calls together, ${sum} one by one`)
})

t.test('nothing is asked twice', async (t) => {
  const counts = new Map<string, number>()
  for (const item of together.items) counts.set(item, (counts.get(item) ?? 0) + 1)
  t.same(
    [...counts].filter(([, count]) => count > 1),
    []
  )
})

t.test('duplicate texts are compared and embedded once', async (t) => {
  const compared = together.items.filter((item) => item.startsWith('["entail"') || item.startsWith('["embed"'))
  t.ok(compared.length > 0)
  t.equal(new Set(compared).size, compared.length)
})

/** Gatherings that a scorer rests on. */
function gatherings(name: string): ReadonlySet<string> {
  const scorer = scorers.get(name)!
  const parameters = scorer.parameters?.(resolveOptions(scorer).options!) ?? {}
  return new Set([...closure(scorer.needs, parameters)].map((kind) => gatheringKey(kind, parameters)))
}

t.test('a scorer whose evidence others gather adds no call', async (t) => {
  let shared = 0
  for (const name of names) {
    const host = names.find(
      (other) => other !== name && [...gatherings(name)].every((key) => gatherings(other).has(key))
    )
    if (host === undefined) continue
    shared++
    t.equal((await asked([host, name])).calls, alone.get(host)!.calls, `${name} beside ${host}`)
  }
  t.ok(shared > 5)
})
