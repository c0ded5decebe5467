/** Scores go to Langfuse in the background, after the answer: no request waits for it or fails by it. */
import { setTimeout as wait } from 'node:timers/promises'
import { Agent, request } from 'undici'
import type { ScoreRequest, ScoreResult } from '../schemas/score.js'
import { BackgroundQueue, type DropReason } from './background-queue.js'
import { langfuseScores, type LangfuseScore } from './langfuse-scores.js'

/** Where results are told beside the answer. */
export interface Sink {
  /** Takes a result. Never throws and never waits. */
  offer(request: ScoreRequest, result: ScoreResult): void
  /** Sends what waits, for some seconds at most. */
  close(): Promise<void>
}

export interface LangfuseOptions {
  /** Base URL, with the path below which `/api/public` lies, if any. */
  readonly url: string
  readonly publicKey: string
  readonly secretKey: string
  /** Called for every score that Langfuse will not get. */
  readonly onDropped: (reason: DropReason) => void
  /** Scores that may wait. */
  readonly limit?: number
  /** Pause before the one further try. */
  readonly retryMs?: number
  /** Time that sending gets at the end. */
  readonly flushMs?: number
}

const CONNECTIONS = 4
const TIMEOUT_MS = 10_000

/** What may pass by itself: Langfuse is busy or ill. */
const mayPass = (status: number): boolean => status === 429 || status >= 500

/** A score that was refused: another try would not help. */
class Refused extends Error {}

/** Builds the sink. A score that cannot be sent is tried once more unless it was refused, then counted and forgotten. */
export function createLangfuseSink(options: LangfuseOptions): Sink {
  const { url, publicKey, secretKey, onDropped, limit = 1000, retryMs = 1000, flushMs = 5000 } = options
  const agent = new Agent({ connections: CONNECTIONS, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS })
  const address = new URL('api/public/scores', url.endsWith('/') ? url : `${url}/`)
  const authorization = `Basic ${Buffer.from(`${publicKey}:${secretKey}`).toString('base64')}`
  const headers = { authorization, 'content-type': 'application/json' }

  const post = async (score: LangfuseScore): Promise<void> => {
    const body = JSON.stringify(score)
    const answer = await request(address, { method: 'POST', dispatcher: agent, headers, body })
    await answer.body.dump()
    const { statusCode: status } = answer
    if (mayPass(status)) throw new Error(`Langfuse answered ${status}.`)
    if (status < 200 || status > 299) throw new Refused(`Langfuse answered ${status}.`)
  }
  const work = async (score: LangfuseScore): Promise<void> => {
    try {
      await post(score)
    } catch (error) {
      if (error instanceof Refused) throw error
      await wait(retryMs, undefined, { ref: false })
      await post(score)
    }
  }

  const queue = new BackgroundQueue<LangfuseScore>({ limit, concurrency: CONNECTIONS, work, onDropped })
  return {
    offer(asked, result) {
      for (const score of langfuseScores(asked, result)) queue.offer(score)
    },
    async close() {
      await queue.close(flushMs)
      await agent.destroy()
    }
  }
}
