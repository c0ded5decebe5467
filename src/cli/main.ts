#!/usr/bin/env node
/** The command `qualm`: arguments, signals, exit. Beside the server the only place that touches `process`. */
import process from 'node:process'
import { ConfigError, loadConfig } from '../config.js'
import type { Config } from '../settings.js'
import { createAdmission } from '../engine/admission.js'
import { systemClock } from '../engine/clock.js'
import type { Engine } from '../engine/engine.js'
import { createPool } from '../engine/pool.js'
import { QualmError } from '../errors.js'
import { packageRoot } from '../package-root.js'
import { loadScorers } from '../scorer-registry.js'
import type { Scorer } from '../scorer.js'
import { readReferenceRanks } from '../scoring/reference-ranks.js'
import { createScoring, type Scoring } from '../scoring/scoring.js'
import { poolSettings } from '../services.js'
import { VERSION } from '../version.js'
import { readArguments, readDoctor, usageFor, UsageError, type EvaluateArguments } from './arguments.js'
import { examine } from './doctor.js'
import { evaluateFile } from './evaluate.js'
import { everySecond } from './progress.js'
import { ExamplesError } from './read-examples.js'
import { RecordsError } from './records-file.js'

const EXIT = { clean: 0, fault: 1, usage: 2, unreachable: 3, interrupted: 130 } as const
/** Nobody waits for a single example, so that only a stuck one is given up. */
const DEADLINE_MS = 600_000

const say = (text: string): void => void process.stderr.write(`${text}\n`)

function scoringOn(engine: Engine, scorers: ReadonlyMap<string, Scorer>, config: Config): Scoring {
  const { maxActive, queueLimit, maxSamples, maxPairs } = config
  return createScoring({
    engine,
    scorers,
    policies: {
      lookup: async (name) => {
        throw new QualmError('QUALM_ERR_UNKNOWN_POLICY', `The command has no policies: "${name}" cannot be applied.`)
      }
    },
    calibrations: {
      lookup: async (name) => {
        throw new QualmError(
          'QUALM_ERR_UNKNOWN_CALIBRATION',
          `The command has no calibrations: "${name}" cannot be used.`
        )
      }
    },
    admission: createAdmission({ maxActive, queueLimit }),
    limits: { deadlineMs: DEADLINE_MS, maxSamples, maxPairs },
    ranks: readReferenceRanks(new URL('reference/ranks.json', packageRoot()))
  })
}

async function run(args: EvaluateArguments, scorers: ReadonlyMap<string, Scorer>, config: Config): Promise<void> {
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort(new Error('interrupted')))
  const engine = createPool(poolSettings(config))
  try {
    await engine.ready()
    const { files } = await evaluateFile(args, {
      scoring: scoringOn(engine, scorers, config),
      scorers,
      engine,
      version: VERSION.version,
      now: () => performance.now(),
      onProgress: everySecond(say, () => performance.now()),
      signal: stop.signal
    })
    for (const file of files) say(`wrote ${file}`)
  } catch (error) {
    if (!stop.signal.aborted) throw error
    say('Stopped. Start it again to go on.')
    process.exitCode = EXIT.interrupted
  } finally {
    await engine.close()
  }
}

/** Upstreams are loaded for this command alone: evaluating does without their client. */
async function runDoctor(aliases: readonly string[], scorers: ReadonlyMap<string, Scorer>, config: Config) {
  const { createUpstreams, unsetKeys } = await import('../upstreams/create.js')
  const upstreams = createUpstreams(config.upstreams, process.env)
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort(new Error('interrupted')))
  try {
    const { text, allAnswered } = await examine({
      upstreams,
      scorers,
      aliases,
      unsetKeys: unsetKeys(config.upstreams, process.env),
      signal: stop.signal,
      clock: systemClock,
      say
    })
    process.stdout.write(`${text}\n`)
    process.exitCode = allAnswered ? EXIT.clean : EXIT.unreachable
  } catch (error) {
    if (!stop.signal.aborted) throw error
    process.exitCode = EXIT.interrupted
  } finally {
    await Promise.all([...upstreams.values()].map((upstream) => upstream.close()))
  }
}

const configuration = (): Config =>
  loadConfig({ env: process.env, cwd: process.cwd(), root: decodeURIComponent(packageRoot().pathname) })

/** What went wrong in words, where it is not a fault of Qualm. */
function wordsFor(error: unknown): string | null {
  if (error instanceof QualmError) {
    return [error.message, ...error.errors.map(({ pointer, message }) => `  ${pointer}: ${message}`)].join('\n')
  }
  const isOurs = [UsageError, ExamplesError, RecordsError, ConfigError].some((kind) => error instanceof kind)
  const isFile = error instanceof Error && 'code' in error && 'path' in error
  return isOurs || isFile ? (error as Error).message : null
}

try {
  const scorers = await loadScorers(new URL('../../scorers/', import.meta.url))
  const plain = [...scorers.values()].filter(({ needs }) => !needs.some((kind) => kind === 'conformal'))
  const argv = process.argv.slice(2)
  const aliases = readDoctor(argv)
  if (aliases !== null) await runDoctor(aliases, scorers, configuration())
  else {
    const names = plain.map(({ name }) => name)
    const args = readArguments(argv, names)
    if (args === null) process.stdout.write(usageFor(argv))
    else await run(args, scorers, configuration())
  }
} catch (error) {
  const words = wordsFor(error)
  if (words === null) throw error
  say(error instanceof UsageError ? `${words}\nSee qualm --help.` : words)
  process.exitCode = error instanceof UsageError ? EXIT.usage : EXIT.fault
}
