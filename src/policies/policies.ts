/** Policies as the service sees them: made from labelled examples, kept by the store, looked up to decide. */
import { QualmError } from '../errors.js'
import type { StoredCalibration } from '../calibrations/calibration.js'
import type { Policy, PolicyCreation, PolicyList } from '../schemas/policy.js'
import type { Store } from '../store/store.js'
import { boundAs, complete, withExamplesOf } from './from-calibration.js'
import { makePolicy, type Making } from './make-policy.js'
import type { PolicyBody, StoredPolicy } from './policy.js'
import { parseReference, type Reference } from './reference.js'
import { POLICY_KIND, storedPolicy } from './kind.js'
import { policyResource } from './resource.js'

export interface PolicyDependencies extends Making {
  readonly store: Store
  /** Throws QUALM_ERR_UNKNOWN_CALIBRATION. */
  readonly calibrations: { lookup(reference: string): Promise<StoredCalibration> }
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** What scoring needs of policies. */
export interface PolicyLookup {
  /** The policy behind `name` (newest) or `name@version`. Throws QUALM_ERR_UNKNOWN_POLICY or QUALM_ERR_STORE. */
  lookup(reference: string): Promise<StoredPolicy>
}

export interface Policies extends PolicyLookup {
  /**
   * Fits a threshold to labelled examples, its own or those of a calibration, and keeps it as a new version. Throws
   * QUALM_ERR_TOO_FEW_EXAMPLES, QUALM_ERR_NO_VALID_THRESHOLD, QUALM_ERR_UNKNOWN_SCORER, QUALM_ERR_UNKNOWN_CALIBRATION,
   * QUALM_ERR_INVALID_EVIDENCE, QUALM_ERR_STORE, and whatever a request among the examples throws.
   */
  create(request: PolicyCreation, signal: AbortSignal): Promise<Policy>
  list(): Promise<PolicyList>
  get(reference: string): Promise<Policy>
  /** Removes one version, or all versions of a bare name. Throws QUALM_ERR_UNKNOWN_POLICY. */
  remove(reference: string): Promise<void>
}

function unknownPolicy(reference: string): QualmError {
  return new QualmError('QUALM_ERR_UNKNOWN_POLICY', `There is no policy "${reference}". GET /v1/policies lists them.`)
}

function known(text: string): Reference {
  const reference = parseReference(text)
  if (reference === null) throw unknownPolicy(text)
  return reference
}

/** Builds the service of policies on a store and on the means to score examples. */
export function createPolicies(dependencies: PolicyDependencies): Policies {
  const { store, calibrations, now } = dependencies
  const documents = store.collection(POLICY_KIND)

  const lookup = async (text: string): Promise<StoredPolicy> => {
    const { name, version } = known(text)
    const document = await documents.get(name, version)
    if (document === null) throw unknownPolicy(text)
    return storedPolicy(document)
  }

  const make = async (request: PolicyCreation, signal: AbortSignal): Promise<PolicyBody> => {
    if (request.calibration === undefined) return makePolicy(complete(request), dependencies, signal)
    const calibration = await calibrations.lookup(request.calibration)
    return boundAs(calibration, await makePolicy(withExamplesOf(calibration, request), dependencies, signal))
  }

  return {
    lookup,
    async create(request, signal) {
      const body = await make(request, signal)
      return policyResource(storedPolicy(await documents.create(request.name, body, now())))
    },
    async list() {
      return {
        object: 'list',
        data: (await documents.list()).map((document) => policyResource(storedPolicy(document)))
      }
    },
    async get(reference) {
      return policyResource(await lookup(reference))
    },
    async remove(text) {
      const { name, version } = known(text)
      if ((await documents.remove(name, version)) === 0) throw unknownPolicy(text)
    }
  }
}
