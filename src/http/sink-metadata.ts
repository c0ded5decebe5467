import type { IncomingHttpHeaders } from 'node:http'

/** Headers that say what metadata says, for upstreams that refuse `metadata`; they stay here. */
const HEADERS: Readonly<Record<string, string>> = {
  'x-langfuse-trace-id': 'langfuse_trace_id',
  'x-langfuse-observation-id': 'langfuse_observation_id'
}

/** As in POST /v1/score. */
const LONGEST_VALUE = 512
const MOST_VALUES = 16

/**
 * The notes of a chat request for sinks: strings of OpenAI's `metadata`, as far as POST /v1/score would take them, and
 * those of the headers, which win.
 */
export function sinkMetadata(metadata: unknown, headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const own = typeof metadata === 'object' && metadata !== null ? Object.entries(metadata) : []
  const given = Object.entries(HEADERS).map(([header, name]) => [name, headers[header]] as const)
  const isNote = ([, value]: readonly [string, unknown]): boolean =>
    typeof value === 'string' && value.length <= LONGEST_VALUE
  return Object.fromEntries([...own.slice(0, MOST_VALUES), ...given].filter(isNote)) as Record<string, string>
}
