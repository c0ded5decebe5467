import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { env as transformers } from '@xenova/transformers'
import { env as runtime } from 'onnxruntime-node'

/** What kind of machine measures, in one line: no name, only what explains the numbers. */
export function machineKind(): string {
  return [
    `${String(availableParallelism())} cores (${cpus()[0]?.model.trim() ?? 'unknown processor'})`,
    `${String(Math.round(totalmem() / 2 ** 30))} GB`,
    `Node ${process.versions.node}`,
    `ONNX Runtime ${runtime.versions.node ?? 'unknown'}`,
    `transformers.js ${transformers.version}`,
    `load average ${loadavg()[0]!.toFixed(1)} at the start`
  ].join(', ')
}
