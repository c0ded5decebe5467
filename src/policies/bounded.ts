/**
 * Runs `work` over `items`, at most `limit` at once, and returns the results in order. The first failure aborts the
 * signal that the others were given, starts nothing more, and is thrown once all have settled.
 */
export async function mapBounded<T, R>(
  items: readonly T[],
  limit: number,
  signal: AbortSignal,
  work: (item: T, index: number, signal: AbortSignal) => Promise<R>
): Promise<readonly R[]> {
  const failed = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  const results: R[] = []
  const errors: unknown[] = []
  let next = 0
  const runner = async (): Promise<void> => {
    while (next < items.length && errors.length === 0) {
      const index = next++
      try {
        signal.throwIfAborted()
        results[index] = await work(items[index]!, index, either)
      } catch (error) {
        errors.push(error)
        failed.abort(error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, runner))
  if (errors.length > 0) throw errors[0]
  return results
}
