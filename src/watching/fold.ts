import type { Fold } from '../store/watch-rows.js'
import { addLabel, addScore, startState, type ObservedScore, type WatchState } from './state.js'
import { WATCH_LEVEL, type Watched } from './watched.js'

const decode = (text: string): ObservedScore => JSON.parse(text) as ObservedScore

/** The state from what the store kept; the start when it kept nothing. */
export function stateOf(one: Watched, text: string | null): WatchState {
  return text === null ? startState(one) : (JSON.parse(text) as WatchState)
}

/** The state after the scores and labels of one transaction. */
export function foldAll(one: Watched, text: string | null, added: Parameters<Fold>[2], atMs: number): WatchState {
  const seen = added.scores.reduce(
    (state, score) => addScore(state, one, decode(score), { atMs, level: WATCH_LEVEL }),
    stateOf(one, text)
  )
  return added.labels.reduce(
    (state, { score, correct }) => addLabel(state, one, { score: decode(score), grade: Number(correct), atMs }),
    seen
  )
}
