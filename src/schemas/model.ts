import Type, { type Static } from 'typebox'
import type { ModelInfo } from '../engine/engine.js'
import { ModelProbe } from './model-probe.js'

const words = <const T extends readonly string[]>(values: T, description: string) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: values, description })
const orNull = <T>(type: string, description: string) => Type.Unsafe<T | null>({ type: [type, 'null'], description })

/** A configured model: OpenAI's entry and what Qualm knows beyond it. */
export const ModelDescription = Type.Object(
  {
    id: Type.String({ description: 'Alias to be used as `model`.' }),
    object: words(['model'], 'Always `model`.'),
    created: Type.Integer({ description: 'Unix seconds when this process began to serve it.' }),
    owned_by: Type.String({ description: 'Who serves it: always `qualm`.' }),
    role: words(['language', 'entailment', 'embedding'], 'What it is used for.'),
    source: words(['embedded', 'local', 'hub', 'upstream'], 'Where its weights come from.'),
    state: words(['loading', 'ready', 'failed'], 'Whether it serves.'),
    problem: orNull<string>('string', 'Why it does not serve, or serves with limits.'),
    capabilities: Type.Array(Type.String()),
    batch_invariant: Type.Boolean({ description: 'Results do not depend on what else is in the batch.' }),
    digest: orNull<string>('string', "SHA-256 over the model's files."),
    context_tokens: orNull<number>('integer', 'Longest prompt and answer together.'),
    load_ms: orNull<number>('number', 'Time it took to load.'),
    self_test: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          passed: Type.Boolean(),
          difference: Type.Number({ description: 'Largest difference seen.' }),
          tolerance: Type.Number()
        },
        { additionalProperties: false }
      )
    ),
    probe: Type.Optional(ModelProbe)
  },
  { $id: 'Model', additionalProperties: false, description: 'A configured model.' }
)
export type ModelDescription = Static<typeof ModelDescription>

/** All configured models. */
export const ModelList = Type.Object(
  {
    object: words(['list'], 'Always `list`.'),
    data: Type.Array(Type.Unsafe<ModelDescription>(Type.Ref('Model#')))
  },
  { additionalProperties: false, description: 'All configured models.' }
)

/** Nobody here can warm an upstream: what fails of its calls is its state. */
const isFailing = ({ source, problem }: ModelInfo, probe: ModelProbe | null): boolean =>
  source === 'upstream' && (problem ?? probe?.problem ?? null) !== null

/** A model as the list shows it. `createdAt` in Unix seconds; `probe` of an upstream that was asked. */
export function describeModel(model: ModelInfo, createdAt: number, probe: ModelProbe | null = null): ModelDescription {
  return {
    id: model.id,
    object: 'model',
    created: createdAt,
    owned_by: 'qualm',
    role: model.role,
    source: model.source,
    state: isFailing(model, probe) ? 'failed' : model.state,
    problem: model.problem,
    capabilities: [...model.capabilities],
    batch_invariant: model.batchInvariant,
    digest: model.digest,
    context_tokens: model.contextTokens,
    load_ms: model.loadMs,
    self_test: model.selfTest.map((check) => ({ ...check })),
    ...(probe === null ? {} : { probe })
  }
}
