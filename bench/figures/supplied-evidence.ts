/** What scoring adds to HTTP: `/v1/score` with supplied evidence against a Fastify that only checks the body. */
import autocannon from 'autocannon'
import { startEcho, startService } from '../child.js'
import { atLeast, type Figure, type Line } from '../line.js'
import { interleave } from '../rounds.js'
import { ratioOf, spreadOf } from '../spread.js'
import { suppliedRequest } from '../supplied.js'

const CONNECTIONS = 10
const SECONDS = 3
/** A short answer, where every fixed cost shows, and one as long as those of the other figures. */
const ANSWER_LENGTHS = [3, 32] as const

/** Requests a second. Throws when one of them failed. */
async function load(url: string, body: string): Promise<number> {
  const headers = { 'content-type': 'application/json' }
  const result = await autocannon({
    url: `${url}/v1/score`,
    method: 'POST',
    headers,
    body,
    connections: CONNECTIONS,
    duration: SECONDS
  })
  const failed = result.non2xx + result.errors + result.timeouts
  if (failed > 0) throw new Error(`${String(failed)} requests to ${url} failed`)
  return result.requests.total / result.duration
}

async function lineOf(rounds: number, tokens: number, echo: string, service: string): Promise<Line> {
  const body = suppliedRequest(tokens)
  const measures = await interleave(rounds, { echo: () => load(echo, body), ours: () => load(service, body) })
  return {
    figure: `G-NLL of a supplied answer of ${String(tokens)} tokens over HTTP`,
    baseline: { of: 'Fastify, same validation, body sent back', unit: 'req/s', spread: spreadOf(measures.echo) },
    ours: { unit: 'req/s', spread: spreadOf(measures.ours) },
    ratio: ratioOf(measures.ours, measures.echo),
    target: atLeast(0.7)
  }
}

export const suppliedEvidence: Figure = {
  name: 'supplied-evidence',
  async measure(rounds) {
    const echo = await startEcho()
    const service = await startService()
    try {
      const lines: Line[] = []
      for (const tokens of ANSWER_LENGTHS) lines.push(await lineOf(rounds, tokens, echo.url, service.url))
      return lines
    } finally {
      await service.stop()
      await echo.stop()
    }
  }
}
