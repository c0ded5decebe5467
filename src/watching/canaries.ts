/**
 * Fixed questions whose scores are known: they are scored again at every start, daily and on demand. When one differs,
 * something between question and score has changed, whatever the digests say.
 */
import { QualmError } from '../errors.js'
import { mapBounded } from '../policies/bounded.js'
import type { ScoreExample } from '../policies/examples.js'
import { policyId, towardsUncertain, type StoredPolicy } from '../policies/policy.js'
import { CanaryDocument, type CanaryReport, type CanaryRequest } from '../schemas/canaries.js'
import type { Scorer } from '../scorer.js'
import type { Kind } from '../store/document.js'
import type { Store } from '../store/store.js'
import type { Watch } from './watch.js'

export interface CanaryDependencies {
  readonly store: Pick<Store, 'collection'>
  readonly scorers: ReadonlyMap<string, Scorer>
  readonly lookup: (reference: string) => Promise<StoredPolicy>
  readonly scoreExample: ScoreExample
  readonly watch: Pick<Watch, 'gate'>
  readonly now: () => number
}

export interface Canaries {
  /**
   * Scores the requests with the policy's scorer and keeps both, in place of earlier ones. Throws
   * QUALM_ERR_UNKNOWN_POLICY, QUALM_ERR_INVALID_EVIDENCE for a request without a score, and what scoring throws.
   */
  set(reference: string, request: CanaryRequest, signal: AbortSignal): Promise<CanaryReport>
  /** Scores them again and opens or closes the gate of the policy. Throws QUALM_ERR_NOT_FOUND without canaries. */
  check(reference: string, signal: AbortSignal): Promise<CanaryReport>
  /** Checks all policies that have canaries; those that fail or cannot be checked are told to `problem`. */
  checkAll(signal: AbortSignal, problem: (policy: string, why: unknown) => void): Promise<void>
}

type Body = CanaryDocument

/** Kept under `name@version` of the policy; texts are heavy, and not listed. */
const CANARY_KIND: Kind<Body, 'examples'> = {
  name: 'canary',
  heavy: ['examples'],
  schema: CanaryDocument,
  flaw: () => null,
  encode: (body) => ({ ...body }),
  decode: (json) => json as unknown as Body
}

/** Nodes with other instructions round differently in the last digits; a changed model moves scores by more. */
const TOLERANCE = 1e-3
const AT_ONCE = 4

/** Builds the canaries on a store and on the means to score. */
export function createCanaries({ store, scorers, lookup, scoreExample, watch, now }: CanaryDependencies): Canaries {
  const documents = store.collection(CANARY_KIND)

  /** Scores on the scorer's own scale; null without one. */
  const score = (policy: StoredPolicy, requests: CanaryRequest['requests'], signal: AbortSignal) => {
    const scorer = scorers.get(policy.scorer)
    if (scorer === undefined) throw new QualmError('QUALM_ERR_UNKNOWN_SCORER', `There is no scorer ${policy.scorer}.`)
    return mapBounded(requests, AT_ONCE, signal, async (request, _index, aborted) => {
      const named = policy.model === null ? request : { model: policy.model, ...request }
      const outcome = await scoreExample(named, scorer, policy.options, aborted)
      return 'reason' in outcome ? null : towardsUncertain(policy.direction, outcome.uncertainty)
    })
  }

  const check = async (reference: string, signal: AbortSignal): Promise<CanaryReport> => {
    const policy = await lookup(reference)
    const document = await documents.get(policyId(policy), null)
    if (document === null) {
      throw new QualmError('QUALM_ERR_NOT_FOUND', `${policyId(policy)} has no canaries; PUT some.`)
    }
    const { examples } = document.body
    const scores = await score(policy, requestsOf(examples), signal)
    const report = reportOf(policyId(policy), examples, scores)
    watch.gate(report.policy, report.passed)
    return report
  }

  return {
    async set(reference, { requests }, signal) {
      const policy = await lookup(reference)
      const examples = withScores(requests, await score(policy, requests, signal))
      const id = policyId(policy)
      await documents.remove(id, null)
      await documents.create(id, { examples }, now())
      watch.gate(id, true)
      return reportOf(
        id,
        examples,
        examples.map((example) => example.score)
      )
    },
    check,
    async checkAll(signal, problem) {
      for (const { name } of await documents.list()) {
        try {
          const { passed, changed } = await check(name, signal)
          if (!passed) problem(name, new Error(`${changed.length} canaries have other scores than before`))
        } catch (error) {
          if (isGone(error)) await documents.remove(name, null)
          else problem(name, error)
        }
      }
    }
  }
}

const isGone = (error: unknown): boolean => error instanceof QualmError && error.code === 'QUALM_ERR_UNKNOWN_POLICY'

const requestsOf = (examples: Body['examples']) => examples.map(({ request }) => request)

function withScores(requests: CanaryRequest['requests'], scores: readonly (number | null)[]): Body['examples'] {
  return requests.map((request, index) => {
    const score = scores[index] ?? null
    if (score !== null) return { request, score }
    const message = 'this request has no score, so it cannot be a canary'
    throw new QualmError('QUALM_ERR_INVALID_EVIDENCE', message, {
      errors: [{ pointer: `/requests/${index}`, message }]
    })
  })
}

function reportOf(policy: string, examples: Body['examples'], scores: readonly (number | null)[]): CanaryReport {
  const changed = examples.flatMap(({ score: before }, index) => {
    const now = scores[index] ?? null
    const isSame = now !== null && Math.abs(now - before) <= TOLERANCE * Math.max(1, Math.abs(before))
    return isSame ? [] : [{ index, before, now }]
  })
  return { object: 'canaries', policy, n: examples.length, passed: changed.length === 0, changed }
}
