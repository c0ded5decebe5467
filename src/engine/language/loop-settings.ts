/** What the decode loop is built on. */
import type { RunMeter } from '../run-meter.js'
import type { Decoder } from './decoder.js'
import type { SlabPolicy } from './lane-slabs.js'
import type { PromptCache } from './prompt-cache.js'

export interface LoopSettings {
  readonly decoder: Decoder
  readonly cache: PromptCache
  readonly meter: RunMeter
  readonly slabs: SlabPolicy
  /** Rows that run at the same time, over all cohorts. */
  readonly maxRows: number
  /** Tokens that end an answer. */
  readonly ends: ReadonlySet<number>
  /** Runs a native step while no other worker runs one. */
  readonly exclusive: <T>(run: () => Promise<T>) => Promise<T>
}
