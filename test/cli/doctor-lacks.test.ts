/** What `qualm doctor` says of skipped scores, held against what asking for every score does skip. */
import t, { type Test } from 'tap'
import { examine } from '../../src/cli/doctor.js'
import type { ScoreResult } from '../../src/schemas/score-result.js'
import { createUpstreams } from '../../src/upstreams/create.js'
import { withUpstreams } from '../../src/upstreams/engine.js'
import type { DialectName } from '../../src/upstreams/settings.js'
import { completion } from '../fixtures/completions.js'
import { createFakeEngine } from '../fixtures/fake-engine.js'
import { json, reply, startUpstream, type SeenRequest } from '../fixtures/upstream-server.js'
import { QUIETLY } from '../fixtures/quietly.js'
import { build, scorers } from '../helper.js'

interface Asked {
  readonly n?: number
  readonly temperature?: number
  readonly logprobs?: boolean
  readonly top_logprobs?: number
}

const OTHERS = [
  ['A', -2.2],
  ['B', -2.9],
  ['Yes', -3.3],
  ['No', -3.9],
  ['C', -4.2],
  ['D', -4.3],
  ['E', -4.4],
  ['F', -4.5]
] as const

const ANSWERS = ['Paris', 'Lyon', 'Nice']

/** Answers in OpenAI's form, drawn ones in turn, with as many alternatives as it is able to tell. */
function answering(most: number | null) {
  let drawn = 0
  return ({ body }: SeenRequest) => {
    const { n = 1, temperature = 1, logprobs = false, top_logprobs: wanted = 0 } = (body ?? {}) as Asked
    const choices = Array.from({ length: n }, (_, index) => {
      const text = temperature === 0 ? ANSWERS[0]! : ANSWERS[drawn++ % ANSWERS.length]!
      const top = [[text, -0.6] as const, ...OTHERS].slice(0, Math.min(wanted, most ?? 0))
      const tokens = logprobs && most !== null ? [{ text, logprob: -0.6, top }] : null
      return { ...completion({ text, tokens }).choices[0]!, index }
    })
    return json({ ...completion({ text: '' }), choices })
  }
}

const BODY = {
  messages: [{ role: 'user', content: 'What is the capital of France?' }],
  model: 'big',
  choices: ['Paris', 'Lyon'],
  context: 'Paris has been the capital of France for centuries.',
  sampling: { n: 3 },
  budget: { deadline_ms: 20_000 }
}

/** The scores that the command says will be skipped, and those without a value; a text that states no confidence is none. */
async function skippedBy(t: Test, dialect: DialectName, most: number | null) {
  const server = await startUpstream(t, reply(answering(most)))
  const upstreams = createUpstreams({ big: { url: server.url, dialect } }, {})
  const app = await build(t, { engine: withUpstreams(createFakeEngine(), upstreams), upstreams })
  const { text } = await examine({ upstreams, scorers, aliases: [], ...QUIETLY })
  const names = [...scorers.keys()].filter((name) => name !== 'conformal_abstention')
  const response = await app.inject({ method: 'POST', url: '/v1/score', payload: { ...BODY, scorers: names } })
  if (response.statusCode !== 200) throw new Error(response.body)
  const { scores } = response.json<ScoreResult>()
  const told = text.split('\n').flatMap((line) => (/; skipped: (.*)$/.exec(line)?.[1] ?? '').split(', '))
  const without = Object.entries(scores).filter(([, { status, reason }]) => status !== 'ok' && reason !== 'not_stated')
  return {
    told: told.filter((name) => name !== '').sort(),
    without: without.map(([name]) => name).sort(),
    reasons: new Set(without.map(([, { reason }]) => reason))
  }
}

for (const [what, most, reason] of [
  ['with log-probabilities and alternatives', 20, 'upstream_no_forcing'],
  ['with log-probabilities alone', 0, 'upstream_options_unseen'],
  ['without log-probabilities', null, 'upstream_no_logprobs']
] as const) {
  t.test(`of a server ${what} it names each score that cannot be had, and no other`, async (t) => {
    const { told, without, reasons } = await skippedBy(t, 'openai', most)
    t.same(told, without)
    t.ok(reasons.has(reason))
  })
}
