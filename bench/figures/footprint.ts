/** Memory and start of the service, as its own process. */
import { type Child, startService } from '../child.js'
import type { Figure, Line } from '../line.js'
import { questionAt } from '../questions.js'
import { type Spread, spreadOf } from '../spread.js'
import { suppliedRequest } from '../supplied.js'

const REQUESTS = 1000
/** One request in so many asks the models; the others bring their evidence. */
const GENERATE_EVERY = 20
const CONCURRENCY = 4
const MEGABYTE = 2 ** 20

/** What the kernel counts as resident, from the service's own metrics. */
async function residentMegabytes(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  const found = /^process_resident_memory_bytes (\S+)/mu.exec(metrics)
  if (found === null) throw new Error('/metrics does not tell the resident memory')
  return Number(found[1]) / MEGABYTE
}

function bodyOf(index: number): string {
  if (index % GENERATE_EVERY !== 0) return suppliedRequest(32)
  return JSON.stringify({ prompt: questionAt(index / GENERATE_EVERY), seed: index, sampling: { max_tokens: 32 } })
}

async function send(url: string, index: number): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}/v1/score`, { method: 'POST', headers, body: bodyOf(index) })
  const text = await response.text()
  if (!response.ok) throw new Error(`request ${String(index)}: ${text}`)
}

async function sendAll(url: string): Promise<void> {
  let next = 0
  const client = async () => {
    for (let index = next++; index < REQUESTS; index = next++) await send(url, index)
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, client))
}

interface Life {
  readonly readySeconds: number
  readonly loadedMegabytes: number
  readonly usedMegabytes: number | null
}

async function live(child: Child, works: boolean): Promise<Life> {
  try {
    const loadedMegabytes = await residentMegabytes(child.url)
    if (works) await sendAll(child.url)
    const usedMegabytes = works ? await residentMegabytes(child.url) : null
    return { readySeconds: child.readyMs / 1000, loadedMegabytes, usedMegabytes }
  } finally {
    await child.stop()
  }
}

function line(figure: string, unit: 'MB' | 's', spread: Spread): Line {
  return { figure, baseline: null, ours: { unit, spread }, ratio: null, target: null }
}

export const footprint: Figure = {
  name: 'footprint',
  async measure(rounds) {
    await live(await startService(), false)
    const lives: Life[] = []
    for (let round = 0; round < rounds; round++) lives.push(await live(await startService(), round === 0))
    return [
      line('From the start of the process to ready', 's', spreadOf(lives.map((life) => life.readySeconds))),
      line('Resident memory when ready', 'MB', spreadOf(lives.map((life) => life.loadedMegabytes))),
      line(
        `Resident memory after ${String(REQUESTS)} requests, every ${String(GENERATE_EVERY)}th generating`,
        'MB',
        spreadOf(lives.flatMap((life) => life.usedMegabytes ?? []))
      )
    ]
  }
}
