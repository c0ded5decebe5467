import t from 'tap'
import { scorers, setupScoring, storedPolicy } from '../fixtures/scoring-setup.js'
import { CONTRADICTS, ENTAILS, type Script, type ScriptedEngine } from '../fixtures/scripted-engine.js'

const prompt = 'What is the capital of Australia?'
const codes = (warnings: readonly { readonly code: string }[]) => warnings.map(({ code }) => code)
const rowsOf = ({ calls }: ScriptedEngine): readonly (readonly [number, number])[] =>
  calls.flatMap(({ kind, ...call }) => {
    if (kind !== 'generate' || !('request' in call)) return []
    const { firstRow = 0, rows } = call.request as { readonly firstRow?: number; readonly rows: readonly unknown[] }
    return [[firstRow, rows.length] as const]
  })

t.test('four samples that agree are enough for the beta rule, and the rest is saved', async (t) => {
  const { engine, score } = setupScoring()
  const result = await score({
    prompt,
    scorers: ['lexical_similarity'],
    sampling: { n: 10, adaptive: { rule: 'beta' } }
  })
  t.match(result.evidence.samples, { requested: 10, received: 4, distinct: 1, saved: 6, stopped_by: 'beta' })
  t.same(rowsOf(engine), [[0, 5]])
  t.ok(codes(result.warnings).includes('stopped_early'))
})

t.test('samples that differ are all drawn, in rounds that number their rows on', async (t) => {
  const { engine, score } = setupScoring({ script: { samples: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] } })
  const result = await score({
    prompt,
    scorers: ['lexical_similarity'],
    sampling: { n: 7, adaptive: { rule: 'beta' } },
    include: ['samples']
  })
  t.match(result.evidence.samples, { requested: 7, received: 7, saved: 0, stopped_by: null })
  t.same(rowsOf(engine), [
    [0, 5],
    [5, 3]
  ])
  t.same(
    result.samples?.map(({ text }) => text),
    ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  )
  t.notOk(codes(result.warnings).includes('stopped_early'))
})

t.test('meanings are told apart by entailment where a scorer does so, by wording elsewhere', async (t) => {
  const stopped = async (scorer: string) => {
    const script = { samples: ['Canberra', 'It is Canberra', 'Canberra city'], entails: () => ENTAILS }
    const { score } = setupScoring({ script })
    const sampling = { n: 12, adaptive: { rule: 'beta' as const } }
    return (await score({ prompt, scorers: [scorer], sampling })).evidence.samples?.received
  }
  t.equal(await stopped('num_semantic_sets'), 4)
  t.equal(await stopped('lexical_similarity'), 12)
})

t.test('clusters cost no comparison more for being asked twice', async (t) => {
  const pairs = async (adaptive: boolean) => {
    const { engine, score } = setupScoring({ script: { samples: ['a', 'b', 'c'], entails: () => CONTRADICTS } })
    const sampling = { n: 6, ...(adaptive ? { adaptive: { rule: 'window' as const } } : {}) }
    const { usage } = await score({ prompt, scorers: ['num_semantic_sets'], sampling })
    return [usage.entailment_pairs, engine.count('entail')]
  }
  t.same(await pairs(true), await pairs(false))
})

t.test('the window rule waits for its run, and min for its number', async (t) => {
  const received = async (adaptive: { rule: 'window'; threshold?: number; min?: number }) => {
    const { score } = setupScoring()
    const result = await score({ prompt, scorers: ['lexical_similarity'], sampling: { n: 10, adaptive } })
    return result.evidence.samples?.received
  }
  t.equal(await received({ rule: 'window' }), 5)
  t.equal(await received({ rule: 'window', threshold: 3 }), 3)
  t.equal(await received({ rule: 'window', threshold: 3, min: 8 }), 8)
})

t.test('a decision on counts stops once no further sample can change it', async (t) => {
  const policy = storedPolicy({ scorer: 'num_semantic_sets', options: { rule: 'strict' }, threshold: 2 })
  const script = { samples: ['a', 'b', 'c', 'd'], entails: () => CONTRADICTS }
  const { score } = setupScoring({ script, policies: [policy] })
  const result = await score({
    prompt,
    scorers: ['g_nll'],
    policy: 'bot',
    sampling: { n: 10, adaptive: { rule: 'decision' } }
  })
  t.match(result.evidence.samples, { received: 3, saved: 7, stopped_by: 'decision' })
  t.equal(result.decision?.action, 'abstain')
})

t.test('a decision that further samples could change goes on', async (t) => {
  const policy = storedPolicy({ scorer: 'exact_match', options: { normalize: false }, threshold: 0.5 })
  const { score } = setupScoring({ policies: [policy] })
  const sampling = { n: 8, adaptive: { rule: 'decision' as const } }
  const result = await score({ prompt, scorers: ['g_nll'], policy: 'bot', sampling })
  // Half of eight must be the answer's text: three are not enough, and a round is three.
  t.match(result.evidence.samples, { received: 6, stopped_by: 'decision' })
  t.equal(result.decision?.action, 'accept')
})

t.test('stopping by decision never changes the action', async (t) => {
  const texts = ['Canberra', 'Sydney', 'Canberra', 'Perth', 'Canberra', 'Canberra', 'Sydney', 'Canberra']
  for (const scorer of ['exact_match', 'label_probability', 'num_semantic_sets', 'semantic_entropy']) {
    const options = scorer === 'semantic_entropy' ? discrete() : defaults(scorer)
    for (const threshold of [0, 0.4, 0.7, 1.2, 3]) {
      for (let shift = 0; shift < texts.length; shift++) {
        const samples = [...texts.slice(shift), ...texts.slice(0, shift)]
        const policies = [storedPolicy({ scorer, options, threshold })]
        const { score } = setupScoring({ script: { samples, entails: () => CONTRADICTS }, policies })
        const request = { prompt, scorers: ['g_nll'], policy: 'bot', seed: 1 }
        const whole = await score({ ...request, sampling: { n: 8 } })
        const early = await score({ ...request, sampling: { n: 8, adaptive: { rule: 'decision' } } })
        if (whole.decision?.action !== early.decision?.action) t.fail(`${scorer} ≤ ${threshold}, ${samples.join()}`)
      }
    }
  }
  t.pass()
})

t.test('a decision on another score draws everything and says so', async (t) => {
  const { score } = setupScoring({ policies: [storedPolicy({ scorer: 'lexical_similarity', options: {} })] })
  const sampling = { n: 6, adaptive: { rule: 'decision' as const } }
  const result = await score({ prompt, scorers: ['g_nll'], policy: 'bot', sampling })
  t.match(result.evidence.samples, { received: 6, saved: 0, stopped_by: null })
  t.ok(codes(result.warnings).includes('adaptive_not_possible'))
})

t.test('an entailment model that is not ready leaves wording to tell meanings apart', async (t) => {
  const { score } = setupScoring({ script: { states: { entailment: 'failed' } } })
  const sampling = { n: 10, adaptive: { rule: 'beta' as const } }
  const result = await score({ prompt, scorers: ['lexical_similarity', 'num_semantic_sets'], sampling })
  t.match(result.evidence.samples, { received: 4, stopped_by: 'beta' })
})

t.test('a call that fails fails the request, in whatever round', async (t) => {
  const error = new Error('broken')
  const { score } = setupScoring({ script: { failure: { kind: 'generate', error } } })
  const sampling = { adaptive: { rule: 'beta' as const } }
  await t.rejects(score({ prompt, scorers: ['lexical_similarity'], sampling }), error)
})

t.test('rules refuse what they cannot mean', async (t) => {
  const { fault } = setupScoring({ policies: [storedPolicy()] })
  const place = async (adaptive: object, policy?: string) => {
    const request = { prompt, sampling: { adaptive: adaptive as { rule: 'beta' } }, ...(policy ? { policy } : {}) }
    const found = await fault(request)
    return `${found?.code} ${found?.pointer}`
  }
  const invalid = 'QUALM_ERR_VALIDATION /sampling/adaptive'
  t.equal(await place({ rule: 'beta', threshold: 1 }), `${invalid}/threshold`)
  t.equal(await place({ rule: 'window', threshold: 2.5 }), `${invalid}/threshold`)
  t.equal(await place({ rule: 'decision' }), `${invalid}/rule`)
  t.equal(await place({ rule: 'decision', threshold: 1 }, 'bot'), `${invalid}/threshold`)
})

function defaults(name: string): Readonly<Record<string, unknown>> {
  const properties = (scorers.get(name)?.options?.properties ?? {}) as Record<string, { readonly default: unknown }>
  return Object.fromEntries(Object.entries(properties).map(([key, property]) => [key, property.default]))
}

function discrete(): Readonly<Record<string, unknown>> {
  return { ...defaults('semantic_entropy'), variant: 'discrete' }
}

t.test('samples that were stopped early accept nothing, unless no further one could change the decision', async (t) => {
  const policy = storedPolicy({ scorer: 'exact_match', options: { normalize: false }, threshold: 0.5 })
  const decided = async (rule: 'beta' | 'decision') => {
    const { score } = setupScoring({ policies: [policy] })
    const sampling = { n: 8, adaptive: { rule } }
    return (await score({ prompt, scorers: ['g_nll'], policy: 'bot', sampling })).decision
  }
  t.match(await decided('beta'), { action: 'review', reason: 'stopped_early' })
  t.match(await decided('decision'), { action: 'accept' })
})

const silent: Script = { source: 'upstream', samples: ['a', 'b', 'c', 'd'], told: () => null }
const beta = { scorers: ['lexical_similarity'], sampling: { n: 10, adaptive: { rule: 'beta' as const } } }
const supplied = { text: 'Canberra', logprobs: { content: [{ token: 'Canberra', logprob: -0.5, top_logprobs: [] }] } }
const samplesAsked = (engine: ScriptedEngine): number => rowsOf(engine).reduce((sum, [, rows]) => sum + rows, 0)

t.test('samples that never come count as asked for: nobody is asked without end', async (t) => {
  const { engine, score } = setupScoring({ script: silent })
  const request = { prompt, answer: supplied, ...beta, scorers: ['g_nll', 'lexical_similarity'] }
  const result = await score(request)
  t.equal(samplesAsked(engine), 10)
  t.match(result.evidence.samples, { requested: 10, received: 0, saved: 0, stopped_by: null })
  t.ok(codes(result.warnings).includes('fewer_samples'))
  t.notOk(codes(result.warnings).includes('stopped_early'))
})

t.test('nor are they asked for without end while an answer is waited for', async (t) => {
  const { engine, scoring } = setupScoring({ script: silent })
  const context = { signal: new AbortController().signal, requestId: 'req-1' }
  const begun = await scoring.begin({ prompt, ...beta }, context, { requireEvidence: false })
  const { evidence, scores } = await begun.finish(supplied)
  t.equal(samplesAsked(engine), 10)
  t.match(evidence.samples, { requested: 10, received: 0, saved: 0, stopped_by: null })
  t.equal(scores['lexical_similarity']?.value, null)
})

t.test('what was saved is what nobody was asked for, not what did not come', async (t) => {
  const told: Script['told'] = (row) => (row.index === 2 ? null : row)
  const { engine, score } = setupScoring({ script: { source: 'upstream', samples: ['Canberra'], told } })
  const result = await score({ prompt, answer: supplied, ...beta })
  t.equal(samplesAsked(engine), 7)
  t.match(result.evidence.samples, { requested: 10, received: 5, saved: 3, stopped_by: 'beta' })
  t.ok(codes(result.warnings).includes('fewer_samples'))
})

t.test('a decision that cannot change is not accepted on samples that did not all come', async (t) => {
  const policy = storedPolicy({ scorer: 'num_semantic_sets', options: { rule: 'strict' }, threshold: 9 })
  const decided = async (told: NonNullable<Script['told']>) => {
    const script: Script = { source: 'upstream', samples: ['a', 'b'], told, entails: () => CONTRADICTS }
    const sampling = { n: 8, adaptive: { rule: 'decision' as const } }
    const { score } = setupScoring({ script, policies: [policy] })
    return (await score({ prompt, answer: supplied, scorers: ['g_nll'], policy: 'bot', sampling })).decision
  }
  t.match(await decided((row) => row), { action: 'accept' })
  t.match(await decided((row) => (row.index === 0 ? null : row)), { action: 'review', reason: 'fewer_samples' })
})
