/** Which came first: another item from the source, or the oldest answer. */
type Event<T, R> = { readonly pulled: IteratorResult<T> } | { readonly answer: R }

/**
 * Works on up to `concurrency` items at once and gives the answers in the order of the items, each as soon as all
 * before it are given. Items are pulled only while there is room and answers are taken, so a slow reader slows the
 * source. `work` must not reject.
 */
export async function* inOrder<T, R>(
  source: AsyncIterable<T>,
  concurrency: number,
  work: (item: T) => Promise<R>
): AsyncGenerator<R> {
  const items = source[Symbol.asyncIterator]()
  const pull = (): Promise<IteratorResult<T>> => {
    const pulled = items.next()
    // It is awaited later; until then a source that breaks off must not count as an unhandled rejection.
    pulled.catch(() => undefined)
    return pulled
  }
  const running: Promise<R>[] = []
  let next: Promise<IteratorResult<T>> | null = pull()
  try {
    while (next !== null || running.length > 0) {
      const events: Promise<Event<T, R>>[] = running.slice(0, 1).map(async (oldest) => ({ answer: await oldest }))
      if (next !== null && running.length < concurrency) events.push(next.then((pulled) => ({ pulled })))
      const event = await Promise.race(events)
      if ('answer' in event) {
        void running.shift()
        yield event.answer
      } else if (event.pulled.done === true) next = null
      else {
        running.push(work(event.pulled.value))
        next = pull()
      }
    }
  } finally {
    await items.return?.()
  }
}
