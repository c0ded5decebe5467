/** Takes the sides of a comparison in turns, so that a machine that slows down slows all of them down. */

/** One run of a side; tells its measure, in whatever unit the caller compares. `round` 0 is the warm-up. */
export type Side = (round: number) => Promise<number>

/** Measures of every side, one per round: A B C, A B C, … The first round is thrown away. */
export async function interleave<K extends string>(
  rounds: number,
  sides: Readonly<Record<K, Side>>
): Promise<Readonly<Record<K, readonly number[]>>> {
  const names = Object.keys(sides) as K[]
  const measures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const measure = await sides[name](round)
      if (round > 0) measures[name].push(measure)
    }
  }
  return measures
}

const STEADY_CALLS = 4

/**
 * Milliseconds that one of several calls in a row takes on average, after one that does not count. For short calls: a
 * machine's speed drifts within seconds, so that a single one says little beside a side that runs for half a minute.
 */
export async function steady(call: (index: number) => Promise<unknown>): Promise<number> {
  await call(0)
  const total = await timed(async () => {
    for (let index = 1; index <= STEADY_CALLS; index++) await call(index)
  })
  return total / STEADY_CALLS
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}
