/** ONNX Runtime sessions with the settings that every model of Qualm shares. */
import { InferenceSession } from 'onnxruntime-node'

export interface SessionSettings {
  readonly threads: number
  /** Folder of the external data files of a model that is given as bytes; a model given by path finds its own. */
  readonly dataFolder?: string
}

/**
 * Opens a session on the CPU. Blocks its thread while the model loads, as every run does.
 * Threads spin for 50 µs only: longer spinning doubles run times as soon as another thread wants the core.
 */
export async function createSession(model: string | Uint8Array, settings: SessionSettings): Promise<InferenceSession> {
  const folder = settings.dataFolder
  const options: InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    intraOpNumThreads: settings.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
    extra: {
      session: {
        intra_op: { spin_duration_us: '50' },
        ...(folder === undefined ? {} : { model_external_initializers_file_folder_path: folder })
      }
    }
  }
  return typeof model === 'string' ? InferenceSession.create(model, options) : InferenceSession.create(model, options)
}
