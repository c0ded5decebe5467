/** ONNX Runtime sessions with the settings that every model of Qualm shares. */
import { InferenceSession } from 'onnxruntime-node'

export interface SessionSettings {
  readonly threads: number
  /** Data files of a model that is given as bytes; a model given by path finds its own. */
  readonly externalData?: readonly { readonly path: string; readonly data: Uint8Array | string }[]
}

/**
 * Opens a session on the CPU. Blocks its thread while the model loads, as every run does.
 * Threads spin for 50 µs only: longer spinning doubles run times as soon as another thread wants the core.
 */
export async function createSession(model: string | Uint8Array, settings: SessionSettings): Promise<InferenceSession> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    intraOpNumThreads: settings.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
    extra: { session: { intra_op: { spin_duration_us: '50' } } },
    ...(settings.externalData === undefined ? {} : { externalData: [...settings.externalData] })
  }
  return typeof model === 'string' ? InferenceSession.create(model, options) : InferenceSession.create(model, options)
}
