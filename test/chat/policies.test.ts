/** What policies make of chats: through the route, on upstreams. */
import t from 'tap'
import { WITHHELD } from '../../src/chat/act.js'
import { completion, completionChunks } from '../fixtures/completions.js'
import { drawsSamples, forBoth, setupSidecar, type Json } from '../fixtures/sidecar.js'
import { hiddenError, html, json, sse, truncated, type Answer } from '../fixtures/upstream-server.js'

const prices = { input_per_million: 1, output_per_million: 10, currency: 'EUR' }
const sidecar = await setupSidecar(t, { small: { prices }, large: { prices }, mute: { dialect: 'openai' } })
const { post, make, app } = sidecar
const [small, large] = [sidecar.server('small'), sidecar.server('large')]
const messages = [{ role: 'user', content: 'What is the capital of Australia?' }]
const ask = { model: 'small', messages }

/** Scores from 0 on, of which the lower 70 % are right. */
const examples = (step: number) => Array.from({ length: 100 }, (_, i) => ({ score: i * step, correct: i < 70 }))
const objective = { kind: 'selective_error', target: 0.1, level: 0.9 }
const policy = (name: string, scorer: string, step: number, above = 'abstain') =>
  make('policies', { name, scorer, examples: examples(step), objective, actions: { above } })
await policy('abstains', 'g_nll', 0.02)
await policy('escalates', 'g_nll', 0.02, 'escalate')
await policy('by-samples', 'semantic_entropy', 0.02)

const said = (text: string, logprob: number) => ({ tokens: [{ text, logprob }] })
const SURE = said('Canberra', -0.1)
const UNSURE = said('Sydney', -5)
const samples = (...texts: string[]): Answer => json(completion({ texts }))
const contentOf = ({ choices }: Json) => (choices as { message: Json }[])[0]?.message['content']
const textOf = (chunks: readonly Json[]) =>
  chunks
    .flatMap(({ choices }) => choices as { delta: { content?: string } }[])
    .map(({ delta }) => delta.content ?? '')
    .join('')

t.test('an answer that is abstained on is marked, added to or replaced', async (t) => {
  small.use(json(completion(UNSURE)))
  for (const [on_abstain, content, act] of [
    [{ do: 'mark' }, 'Sydney', undefined],
    [{ do: 'append', message: 'Please check.' }, 'Sydney\n\nPlease check.', { did: 'appended' }],
    [{ do: 'replace' }, WITHHELD, { did: 'replaced' }]
  ] as const) {
    const { json: got, headers } = await post({ ...ask, uncertainty: { policy: 'abstains', on_abstain } })
    t.equal(contentOf(got), content)
    t.equal(headers.get('x-uncertainty-action'), 'abstain')
    t.match(got['uncertainty'], { decision: { action: 'abstain', policy: 'abstains@1' } })
    t.strictSame((got['uncertainty'] as Json)['act'], act)
  }
})

t.test('an accepted answer is left alone', async (t) => {
  small.use(json(completion(SURE)))
  const { json: got } = await post({ ...ask, uncertainty: { policy: 'abstains', on_abstain: { do: 'replace' } } })
  t.equal(contentOf(got), 'Canberra')
  t.match(got['uncertainty'], { decision: { action: 'accept' } })
  t.notOk('act' in (got['uncertainty'] as object))
})

t.test('behind a streamed answer comes the note, which cannot take its place any more', async (t) => {
  small.use(sse(completionChunks(UNSURE)))
  const on_abstain = { do: 'replace', message: 'I am not sure.' }
  const { chunks } = await post({ ...ask, stream: true, uncertainty: { policy: 'abstains', on_abstain } })
  t.equal(textOf(chunks), 'Sydney\n\nI am not sure.')
  t.match(chunks.at(-1), { uncertainty: { decision: { action: 'abstain' }, act: { did: 'appended' } } })
})

t.test('an escalated answer is the stronger model’s, with the costs of both', async (t) => {
  small.use(json(completion(UNSURE)))
  large.use(json(completion({ text: 'Canberra', model: 'large' })))
  const on_escalate = { model: 'large' }
  const { json: got } = await post({ ...ask, tools: [], uncertainty: { policy: 'escalates', on_escalate } })
  t.equal(contentOf(got), 'Canberra')
  t.equal(got['model'], 'large')
  // 7 tokens read at 1, one written at 10, a million each
  const cost = { prompt_tokens: 7, completion_tokens: 1, amount: 17e-6, currency: 'EUR' }
  t.match(got['uncertainty'], {
    act: { did: 'escalated', model: 'large' },
    costs: { answer: { model: 'small', ...cost }, escalation: { model: 'large', ...cost } }
  })
  t.match(large.requests.at(-1)?.body, { model: 'large', messages, tools: [] })
  t.notOk('uncertainty' in (large.requests.at(-1)?.body as Json))
  t.notOk('logprobs' in (large.requests.at(-1)?.body as Json))
})

t.test('behind a streamed answer comes the stronger model’s', async (t) => {
  small.use(sse(completionChunks(UNSURE)))
  large.use(json(completion({ text: 'Canberra' })))
  const uncertainty = { policy: 'escalates', on_escalate: { model: 'large' } }
  const { chunks } = await post({ ...ask, stream: true, uncertainty })
  t.equal(textOf(chunks), 'Sydney\n\nCanberra')
  t.match(chunks.at(-1), { uncertainty: { act: { did: 'escalated' }, costs: { escalation: { model: 'large' } } } })
})

t.test('adaptive sampling ends when the samples agree, and tells what it spared', async (t) => {
  small.use(forBoth(json(completion(SURE)), samples('Canberra', 'Canberra', 'Canberra', 'Canberra', 'Canberra')))
  const before = small.requests.length
  const { json: got } = await post({ ...ask, uncertainty: { strategy: 'adaptive' } })
  const { evidence } = got['uncertainty'] as { evidence: { samples: Record<string, number> } }
  t.match(evidence.samples, { requested: 10, stopped_by: 'beta' })
  t.ok(evidence.samples['saved']! > 0)
  t.equal(evidence.samples['received']! + evidence.samples['saved']!, 10)
  const drawn = small.requests.slice(before).filter(drawsSamples)
  t.equal(
    drawn.reduce((sum, { body }) => sum + Number((body as Json)['n'] ?? 1), 0),
    evidence.samples['received'],
    'what was spared was not asked for'
  )
})

t.test('a calibration gives a confidence, in the body and in a header', async (t) => {
  await make('calibrations', { name: 'known', scorer: 'g_nll', method: 'isotonic', examples: examples(0.02) })
  small.use(json(completion(SURE)))
  const { json: got, headers } = await post({ ...ask, uncertainty: { calibration: 'known', policy: 'abstains' } })
  const { confidence } = got['uncertainty'] as { confidence: { value: number } }
  t.ok(confidence.value > 0.5 && confidence.value <= 1)
  t.equal(headers.get('x-uncertainty-confidence'), String(confidence.value))
  t.equal(headers.get('x-uncertainty-action'), 'accept')
})

t.test('identical samples at temperature 1 are reviewed, drawn or brought as choices', async (t) => {
  const alike = ['Canberra', 'Canberra', 'Canberra', 'Canberra', 'Canberra']
  small.use(forBoth(json(completion(SURE)), samples(...alike)))
  const drawn = await post({ ...ask, temperature: 1, uncertainty: { policy: 'by-samples', sampling: { n: 5 } } })
  small.use(json(completion({ texts: alike })))
  const brought = await post({ ...ask, n: 5, temperature: 1, uncertainty: { policy: 'by-samples' } })
  for (const { json: got, headers } of [drawn, brought]) {
    t.match(got['uncertainty'], {
      decision: { action: 'review', reason: 'degenerate_samples', score: null },
      evidence: { samples: { distinct: 1 } }
    })
    t.equal(headers.get('x-uncertainty-action'), 'review')
  }
})

t.test('fewer choices than were asked for are told, and one is no reason to accept', async (t) => {
  small.use(json(completion({ texts: ['Canberra', 'Canberra'] })))
  const { json: got } = await post({ ...ask, n: 5, uncertainty: { policy: 'by-samples' } })
  const { warnings, decision } = got['uncertainty'] as { warnings: Json[]; decision: Json }
  t.match(got['uncertainty'], { evidence: { samples: { received: 1 } } })
  t.ok(warnings.some(({ code }) => code === 'fewer_samples'))
  t.not(decision['action'], 'accept')
})

t.test('a server that ignores `n` is asked again for each sample, with seeds of their own', async (t) => {
  const texts = ['Canberra', 'Sydney', 'Canberra', 'Perth']
  let at = 0
  small.use(forBoth(json(completion(SURE)), (...all) => samples(texts[at++ % texts.length]!)(...all)))
  const before = small.requests.length
  const { json: got } = await post({ ...ask, uncertainty: { policy: 'by-samples', sampling: { n: 4 } } })
  t.match(got['uncertainty'], { evidence: { samples: { requested: 4, received: 4 } } })
  const seeds = small.requests
    .slice(before)
    .filter(drawsSamples)
    .map(({ body }) => (body as Json)['seed'])
  t.equal(seeds.length, 4)
  t.equal(new Set(seeds).size, 4)
})

t.test('tokens that do not rebuild the text have no value, and a policy on them reviews', async (t) => {
  const odd = completion({ text: 'Canberra', tokens: [{ text: 'token_id:17', logprob: -0.01 }] })
  small.use(json(odd))
  const { json: got } = await post({ ...ask, uncertainty: { policy: 'abstains' } })
  t.equal(contentOf(got), 'Canberra')
  t.match(got['uncertainty'], {
    scores: { g_nll: { status: 'failed', value: null, reason: 'alignment_failed' } },
    evidence: { answer: { alignment: 'failed' } },
    decision: { action: 'review', score: null }
  })
})

t.test('log-probabilities that are null are no number, and a policy on them reviews', async (t) => {
  sidecar.server('mute').use(json(completion({ text: 'Canberra' })))
  for (const turn of ['first', 'second'] as const) {
    const { json: got } = await post({ ...ask, model: 'mute', uncertainty: { policy: 'abstains' } })
    t.match(got['uncertainty'], {
      scores: { g_nll: { value: null, reason: 'upstream_no_logprobs' } },
      decision: { action: 'review', score: null, reason: 'upstream_no_logprobs' }
    })
    const asked = sidecar.server('mute').requests.at(-1)?.body as Json
    t.equal('logprobs' in asked, turn === 'first', 'what it cannot do is learned')
  }
})

t.test('a call of tools is no decision: it is reviewed, and the watch does not hear of it', async (t) => {
  const call = { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{}' } }
  const message = { role: 'assistant', content: null, tool_calls: [call] }
  const whole = completion(SURE)
  const choice = { ...whole.choices[0]!, message, logprobs: null, finish_reason: 'tool_calls' }
  small.use(json({ ...whole, choices: [choice] }))
  const noted = async (): Promise<number> => {
    await app.watch.flush()
    return app.watch.stats().scores
  }
  const before = await noted()
  const uncertainty = { policy: 'abstains', on_abstain: { do: 'replace' } }
  const { json: got } = await post({ ...ask, uncertainty })
  t.match(got['choices'], [{ message }])
  t.match(got['uncertainty'], {
    scores: { g_nll: { value: null, reason: 'no_answer_text' } },
    decision: { action: 'review', score: null, reason: 'no_answer_text' }
  })
  t.equal(await noted(), before)
  small.use(json(whole))
  await post({ ...ask, uncertainty })
  t.equal(await noted(), before + 1)
})

t.test('a note comes before the end of the answer, at which clients stop to read', async (t) => {
  small.use(sse(completionChunks(UNSURE)))
  const on_abstain = { do: 'append', message: 'Please check.' }
  const { chunks } = await post({ ...ask, stream: true, uncertainty: { policy: 'abstains', on_abstain } })
  const ends = chunks.map(({ choices }) => (choices as { finish_reason?: unknown }[])[0]?.finish_reason ?? null)
  const note = chunks.findIndex((each) => JSON.stringify(each).includes('Please check.'))
  t.ok(note > 0 && note < ends.indexOf('stop'))
})

t.test('a stronger model that answers with anything but a completion leaves the first answer', async (t) => {
  const on_escalate = { model: 'large' }
  for (const nonsense of [hiddenError(), html(), json({ choices: [] }), truncated]) {
    small.use(json(completion(UNSURE)))
    large.use(nonsense)
    const { status, json: got } = await post({ ...ask, uncertainty: { policy: 'escalates', on_escalate } })
    t.equal(status, 200)
    t.equal(contentOf(got), 'Sydney')
    t.match(got['uncertainty'], { act: { did: 'failed', model: 'large', error: { code: 'QUALM_ERR_UPSTREAM' } } })
  }
})

t.test('acts that can never come to be are refused before anybody is asked', async (t) => {
  for (const [uncertainty, status, pointer] of [
    [{ on_abstain: { do: 'replace' } }, 400, 'uncertainty.on_abstain'],
    [{ policy: 'escalates', on_escalate: { model: 'ghost' } }, 404, null],
    [{ policy: 'escalates', on_escalate: { model: 'small' } }, 400, 'uncertainty.on_escalate.model']
  ] as const) {
    const { status: got, text } = await post({ ...ask, uncertainty })
    t.equal(got, status, text)
    if (pointer !== null) t.ok(text.includes(pointer), text)
  }
})

t.test('an answer that a filter cut, or that nobody said had ended, is not accepted', async (t) => {
  small.use(json(completion({ ...SURE, finishReason: 'content_filter' })))
  const { json: got } = await post({ ...ask, uncertainty: { policy: 'abstains' } })
  t.match(got['uncertainty'], { decision: { action: 'review', reason: 'truncated' } })
  small.use(sse(completionChunks(SURE).slice(0, -1)))
  const { chunks } = await post({ ...ask, stream: true, uncertainty: { policy: 'abstains' } })
  t.match(chunks.at(-1), { uncertainty: { decision: { action: 'review', reason: 'truncated' } } })
})
