/** The laws of design.md §5, held against every file in scorers/. */
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import t, { type Test as Tap } from 'tap'
import { loadScorers, resolveOptions } from '../../src/scorer-registry.js'
import { Unscorable, type EvidenceKinds, type Options, type Scored, type Scorer } from '../../src/scorer.js'
import { agreeing, anyEvidence, reordered } from '../fixtures/any-evidence.js'
import { answer, deepFreeze } from '../fixtures/evidence.js'
import { packageRoot } from '../fixtures/package-root.js'

const directory = new URL('../../scorers/', import.meta.url)
const scorers = await loadScorers(directory)
/** Told when a law is broken; `QUALM_SEED=…` draws the same evidence again. */
const seed = Number(process.env.QUALM_SEED ?? Math.floor(Math.random() * 2 ** 31))
/** Drawn once for all laws and frozen: whoever changes it, throws. */
const family: readonly EvidenceKinds[] = deepFreeze(fc.sample(anyEvidence, { numRuns: 200, seed }))

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

/** Whether every number in it is one that JSON can carry. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  return typeof value !== 'object' || value === null || Object.values(value).every(isPlain)
}

function agree(a: Scored | string, b: Scored | string): boolean {
  return typeof a === 'string' || typeof b === 'string' ? a === b : close(a.value, b.value)
}

t.test('every file in the folder is a scorer under its own name, in alphabetical order', async (t) => {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.js')).map((file) => file.slice(0, -3))
  t.same([...scorers.keys()], files.sort())
  t.ok(files.length > 0)
})

/** Runs a law on every piece of evidence; the first one that breaks it is shown. */
function holds(t: Tap, law: (evidence: EvidenceKinds, index: number) => boolean): void {
  const broken = family.findIndex((evidence, index) => !law(evidence, index))
  t.equal(broken, -1, `seed ${seed}`, broken === -1 ? {} : { evidence: JSON.stringify(family[broken]).slice(0, 4000) })
}

/** Another order of the samples: the same one for every scorer. */
const shuffled = family.map((evidence, index) => {
  const order = evidence.samples.map((_, i) => i)
  const [drawn] = fc.sample(fc.shuffledSubarray(order, { minLength: order.length }), { numRuns: 1, seed: seed + index })
  return deepFreeze(reordered(evidence, drawn ?? order))
})

const contrasts = family.map((evidence, index) => {
  const count = 2 + (index % 11)
  return { alike: agreeing(evidence, count, true), apart: agreeing(evidence, count, false) }
})

for (const [name, scorer] of scorers) {
  const defaults = deepFreeze(resolveOptions(scorer).options!)

  t.test(`${name} has a test file of its own`, async (t) => {
    t.ok(existsSync(join(packageRoot, 'test', 'scorers', `${name}.test.ts`)))
  })

  t.test(`${name} gives a finite value in range or says why not, whatever the evidence and options`, async (t) => {
    holds(t, (evidence) =>
      optionFamily(scorer).every((options) => {
        const scored = attempt(scorer, evidence, options)
        return typeof scored === 'string' ? scored !== '' : inRange(scorer, scored)
      })
    )
  })

  t.test(`${name} returns details that JSON can carry`, async (t) => {
    holds(t, (evidence) => {
      const scored = attempt(scorer, evidence, defaults)
      return typeof scored === 'string' || isPlain(scored.detail ?? {})
    })
  })

  t.test(`${name} does not depend on the order of the samples`, async (t) => {
    holds(t, (evidence, index) =>
      optionFamily(scorer).every((options) =>
        agree(attempt(scorer, evidence, options), attempt(scorer, shuffled[index]!, options))
      )
    )
  })

  t.test(`${name} never calls samples that agree more uncertain than samples that all differ`, async (t) => {
    const sign = scorer.direction === 'higher_is_more_uncertain' ? 1 : -1
    holds(t, (_, index) => {
      const alike = attempt(scorer, contrasts[index]!.alike, defaults)
      const apart = attempt(scorer, contrasts[index]!.apart, defaults)
      if (typeof alike === 'string' || typeof apart === 'string') return alike === apart
      return sign * alike.value <= sign * apart.value + 1e-12
    })
  })

  t.test(`${name} handles an empty answer, one sample and no sample`, async (t) => {
    const empty = answer([], { finishReason: null })
    for (const count of [0, 1]) {
      const evidence = { ...agreeing(family[0]!, count, true), answer: empty, 'answer.logprobs': empty }
      const scored = attempt(scorer, evidence, defaults)
      t.ok(typeof scored === 'string' || inRange(scorer, scored), JSON.stringify(scored))
    }
  })

  t.test(`${name} reads every kind of evidence that it needs, and no other`, async (t) => {
    const read = new Set<string | symbol>()
    for (const evidence of family) {
      const spy = new Proxy({ ...evidence }, { get: (target, kind) => (read.add(kind), Reflect.get(target, kind)) })
      attempt(scorer, spy, defaults)
    }
    t.same([...read].sort(), [...scorer.needs].sort())
  })
}
