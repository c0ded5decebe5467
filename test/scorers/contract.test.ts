/** The laws of design.md §5, held against every file in scorers/. */
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { loadScorers, resolveOptions } from '../../src/scorer-registry.js'
import { Unscorable, type EvidenceKinds, type Options, type Scored, type Scorer } from '../../src/scorer.js'
import { agreeing, anyEvidence, reordered } from '../fixtures/any-evidence.js'
import { answer, deepFreeze } from '../fixtures/evidence.js'
import { packageRoot } from '../fixtures/package-root.js'

const directory = new URL('../../scorers/', import.meta.url)
const scorers = await loadScorers(directory)
const RUNS = { numRuns: 200 }

/** The scored value, or the reason why there is none. Any other error fails the law that called. */
function attempt(scorer: Scorer, evidence: EvidenceKinds, options: Options): Scored | string {
  try {
    return scorer.score(evidence, options)
  } catch (error) {
    if (error instanceof Unscorable) return error.reason
    throw error
  }
}

/** The scorer's options: its defaults, and each value that an enum or a boolean offers in their place. */
function optionFamily(scorer: Scorer): Options[] {
  const properties = (scorer.options?.properties ?? {}) as Readonly<Record<string, { enum?: unknown[]; type: unknown }>>
  const variations = Object.entries(properties).flatMap(([name, { enum: values, type }]) =>
    (values ?? (type === 'boolean' ? [true, false] : [])).map((value) => ({ [name]: value }))
  )
  return [{}, ...variations].map((given) => resolveOptions(scorer, given).options!)
}

function inRange(scorer: Scorer, { value, range }: Scored): boolean {
  const [low, high] = range ?? scorer.range
  return Number.isFinite(value) && (low === null || value >= low) && (high === null || value <= high)
}

const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a))

function agree(a: Scored | string, b: Scored | string): boolean {
  return typeof a === 'string' || typeof b === 'string' ? a === b : close(a.value, b.value)
}

t.test('every file in the folder is a scorer under its own name, in alphabetical order', async (t) => {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.js')).map((file) => file.slice(0, -3))
  t.same([...scorers.keys()], files.sort())
  t.ok(files.length > 0)
})

for (const [name, scorer] of scorers) {
  t.test(`${name} has a test file of its own`, async (t) => {
    t.ok(existsSync(join(packageRoot, 'test', 'scorers', `${name}.test.ts`)))
  })

  t.test(`${name} gives a finite value in range or says why not, whatever the evidence and options`, async () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) =>
        optionFamily(scorer).every((options) => {
          const scored = attempt(scorer, evidence, options)
          return typeof scored === 'string' ? scored !== '' : inRange(scorer, scored)
        })
      ),
      RUNS
    )
  })

  t.test(`${name} returns details that JSON can carry`, async () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        const scored = attempt(scorer, evidence, resolveOptions(scorer).options!)
        if (typeof scored === 'string') return true
        const detail = scored.detail ?? {}
        return !JSON.stringify(detail, (_, value: unknown) =>
          typeof value === 'number' && !Number.isFinite(value) ? 'NOT FINITE' : value
        ).includes('NOT FINITE')
      }),
      RUNS
    )
  })

  t.test(`${name} mutates nothing`, async () => {
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        attempt(scorer, deepFreeze(evidence), deepFreeze(resolveOptions(scorer).options!))
      }),
      RUNS
    )
  })

  t.test(`${name} does not depend on the order of the samples`, async () => {
    const pair = anyEvidence.chain((evidence) =>
      fc.tuple(
        fc.constant(evidence),
        fc.shuffledSubarray(
          evidence.samples.map((_, i) => i),
          { minLength: evidence.samples.length }
        )
      )
    )
    fc.assert(
      fc.property(pair, ([evidence, order]) =>
        optionFamily(scorer).every((options) =>
          agree(attempt(scorer, evidence, options), attempt(scorer, reordered(evidence, order), options))
        )
      ),
      RUNS
    )
  })

  t.test(`${name} never calls samples that agree more uncertain than samples that all differ`, async () => {
    const sign = scorer.direction === 'higher_is_more_uncertain' ? 1 : -1
    fc.assert(
      fc.property(anyEvidence, fc.integer({ min: 2, max: 12 }), (evidence, count) => {
        const options = resolveOptions(scorer).options!
        const alike = attempt(scorer, agreeing(evidence, count, true), options)
        const apart = attempt(scorer, agreeing(evidence, count, false), options)
        if (typeof alike === 'string' || typeof apart === 'string') return alike === apart
        return sign * alike.value <= sign * apart.value + 1e-12
      }),
      RUNS
    )
  })

  t.test(`${name} handles an empty answer, one sample and no sample`, async (t) => {
    const [evidence] = fc.sample(anyEvidence, { numRuns: 1, seed: 7 })
    const empty = answer([], { finishReason: null })
    for (const count of [0, 1]) {
      const scored = attempt(
        scorer,
        { ...agreeing(evidence!, count, true), answer: empty, 'answer.logprobs': empty },
        resolveOptions(scorer).options!
      )
      t.ok(typeof scored === 'string' || inRange(scorer, scored), JSON.stringify(scored))
    }
  })

  t.test(`${name} reads every kind of evidence that it needs, and no other`, async (t) => {
    const read = new Set<string | symbol>()
    fc.assert(
      fc.property(anyEvidence, (evidence) => {
        const spy = new Proxy(evidence, { get: (target, kind) => (read.add(kind), Reflect.get(target, kind)) })
        attempt(scorer, spy, resolveOptions(scorer).options!)
      }),
      RUNS
    )
    t.same([...read].sort(), [...scorer.needs].sort())
  })
}
