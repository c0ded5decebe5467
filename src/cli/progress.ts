/** Examples done, and the time they took in this run. */
export interface Progress {
  /** Done before this run began. */
  readonly before: number
  readonly done: number
  readonly total: number
  readonly elapsedMs: number
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 90) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`
}

/** `120 of 349 examples, 4.2 a second, about 54 s left`. */
export function progressText({ before, done, total, elapsedMs }: Progress): string {
  const here = done - before
  const counted = `${done} of ${total} examples`
  if (here === 0 || elapsedMs === 0) return counted
  const perSecond = (here / elapsedMs) * 1000
  const rate = perSecond >= 1 ? `${perSecond.toFixed(1)} a second` : `${(1 / perSecond).toFixed(1)} s each`
  return done === total
    ? `${counted}, ${rate}`
    : `${counted}, ${rate}, about ${duration(((total - done) / here) * elapsedMs)} left`
}

/** Lets a line through when a second has passed since the last one, and always when all is done. */
export function everySecond(write: (text: string) => void, now: () => number): (progress: Progress) => void {
  let lastMs = Number.NEGATIVE_INFINITY
  return (progress) => {
    const isDue = now() - lastMs >= 1000 || progress.done === progress.total
    if (!isDue) return
    lastMs = now()
    write(progressText(progress))
  }
}
