/** The circuit breaker and the retries of an upstream. */
import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
  type CircuitBreakerPolicy
} from 'cockatiel'
import type { UpstreamLimits } from '../settings.js'
import { Failure } from './failures.js'

const BACKOFF = { initialDelay: 50, maxDelay: 1000 }

export interface Circuit {
  /**
   * Runs `attempt`, and again after a pause while its failure may pass and `isOver` is false. Each try counts for the
   * circuit. Throws QUALM_ERR_UPSTREAM_DOWN when it is open; of several failures the last one that was the server's.
   */
  run<T>(attempt: () => Promise<T>, options: { readonly signal: AbortSignal; isOver(): boolean }): Promise<T>
  /** Whether calls are turned away at present. */
  readonly refuses: boolean
  /** Whether this is the one call that tries a circuit that was open. */
  readonly testing: boolean
}

const isOutage = (error: Error): boolean => error instanceof Failure && error.outage
const isPassing = (error: Error): boolean => error instanceof Failure && error.passing

/** `onChange` is told when the circuit opens, and when a call that tried it closes it again; not of trials that fail. */
export function createCircuit(
  limits: UpstreamLimits,
  onChange: (state: 'opened' | 'closed') => void = () => undefined
): Circuit {
  const breaker = circuitBreaker(handleWhen(isOutage), {
    breaker: new ConsecutiveBreaker(limits.breakerFailures),
    halfOpenAfter: limits.breakerMs
  })
  let openedAt = 0
  let isToldOpen = false
  breaker.onBreak(() => {
    openedAt = Date.now()
    if (!isToldOpen) onChange('opened')
    isToldOpen = true
  })
  breaker.onReset(() => {
    isToldOpen = false
    onChange('closed')
  })
  const isShut = (): boolean => blocks(breaker, openedAt + limits.breakerMs)
  const down = (): Failure => downUntil(openedAt + limits.breakerMs)
  return {
    get refuses() {
      return isShut()
    },
    get testing() {
      return breaker.state === CircuitState.HalfOpen
    },
    run(attempt, { signal, isOver }) {
      let before: unknown
      const tries = retry(
        handleWhen((error) => isPassing(error) && !isOver()),
        { maxAttempts: limits.retries, backoff: new ExponentialBackoff(BACKOFF) }
      )
      const once = async () => {
        signal.throwIfAborted()
        if (isShut()) throw before ?? down()
        try {
          return await breaker.execute(attempt)
        } catch (error) {
          before = error
          throw error
        }
      }
      return limits.retries === 0 ? once() : tries.execute(once, signal)
    }
  }
}

/** Open, or under test by another call: nobody waits for how that ends. */
const blocks = ({ state }: CircuitBreakerPolicy, until: number): boolean =>
  state === CircuitState.HalfOpen || (state === CircuitState.Open && Date.now() < until)

function downUntil(until: number): Failure {
  const seconds = Math.max(1, Math.ceil((until - Date.now()) / 1000))
  return new Failure('QUALM_ERR_UPSTREAM_DOWN', `The upstream failed too often of late; try again in ${seconds} s.`, {
    retryAfterSeconds: seconds
  })
}
