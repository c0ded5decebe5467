/** What the sidecar adds to the time until the first token: the same upstream, asked directly and through Qualm. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Child, startService, startStreaming } from '../child.js'
import type { Figure, Line } from '../line.js'
import { interleave } from '../rounds.js'
import { spreadOf } from '../spread.js'

const ALIAS = 'streaming'
const CALLS = 30
const MOST_ADDED_MS = 5

/** Milliseconds until the first event with text; the rest of the stream is read to its end. */
async function firstTokenMs(url: string, uncertainty: object): Promise<number> {
  const body = { model: ALIAS, messages: [{ role: 'user', content: 'Where?' }], stream: true, ...uncertainty }
  const start = performance.now()
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body)
  })
  if (!response.ok || response.body === null) throw new Error(`${url} answered ${String(response.status)}`)
  let first = 0
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (first === 0 && part.value.includes('word0')) first = performance.now() - start
  }
  return first
}

/** Half of the calls have their first token within this time. */
async function p50(url: string, uncertainty: object): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < CALLS; i++) times.push(await firstTokenMs(url, uncertainty))
  return spreadOf(times).median
}

/** The default: log-probabilities asked for on the way, preset instant. And with samples drawn meanwhile. */
const KINDS = {
  'preset instant': {},
  '5 samples drawn meanwhile': { uncertainty: { scorers: ['lexical_similarity'], sampling: { n: 5 } } }
} as const

async function lineOf(rounds: number, kind: keyof typeof KINDS, upstream: Child, service: Child): Promise<Line> {
  const { direct, ours } = await interleave(rounds, {
    direct: () => p50(upstream.url, {}),
    ours: () => p50(service.url, KINDS[kind])
  })
  const added = ours.map((ms, round) => ms - direct[round]!)
  return {
    figure: `first token of a stream through the sidecar, ${kind}: p50 of ${String(CALLS)} calls`,
    baseline: { of: 'the upstream itself', unit: 'ms', spread: spreadOf(direct) },
    ours: { of: 'added', unit: 'ms', spread: spreadOf(added) },
    ratio: null,
    target: { kind: 'at most', value: MOST_ADDED_MS, reads: 'ours' }
  }
}

export const firstToken: Figure = {
  name: 'first-token',
  async measure(rounds) {
    const folder = await mkdtemp(join(tmpdir(), 'qualm-bench-'))
    const file = join(folder, 'qualm.json')
    const upstream = await startStreaming()
    const settings = { url: `${upstream.url}/v1`, dialect: 'openai' }
    await writeFile(file, JSON.stringify({ upstreams: { [ALIAS]: settings } }))
    const service = await startService({ QUALM_CONFIG: file })
    try {
      const lines: Line[] = []
      for (const kind of Object.keys(KINDS) as (keyof typeof KINDS)[]) {
        lines.push(await lineOf(rounds, kind, upstream, service))
      }
      return lines
    } finally {
      await service.stop()
      await upstream.stop()
      await rm(folder, { recursive: true })
    }
  }
}
