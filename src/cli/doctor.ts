/** `qualm doctor`: what every upstream can do, and which scores cannot be had from it. */
import type { Clock } from '../engine/clock.js'
import type { Scorer } from '../scorer.js'
import type { Capabilities, Upstream } from '../upstreams/contract.js'
import { probeTable, type Probed } from '../upstreams/probe/describe.js'
import { probeUpstream } from '../upstreams/probe/probed.js'
import { UsageError } from './arguments.js'

/** What the command looks at. */
export interface Examination {
  readonly upstreams: ReadonlyMap<string, Upstream>
  readonly scorers: ReadonlyMap<string, Pick<Scorer, 'name' | 'needs'>>
  /** Upstreams to ask; none: all. */
  readonly aliases: readonly string[]
  /** Variables of keys that are not set, by alias. */
  readonly unsetKeys: ReadonlyMap<string, string>
  readonly signal: AbortSignal
  readonly clock: Clock
  /** Told whom an answer is long in coming from. */
  say(text: string): void
}

/** Longest time that one upstream may take. */
const LIMIT_MS = 15_000
/** Then whoever waits is told for what. */
const TELL_AFTER_MS = 2_000

/** What it found, as text to be printed. */
export interface Findings {
  readonly text: string
  /** Whether all said what they can do. */
  readonly allAnswered: boolean
}

const FROM_ALTERNATIVES = [
  'answer.alternatives',
  'answer.top_two',
  'options',
  'options.reasoned',
  'p_better',
  'p_true',
  'risk',
  'self_evaluation'
]
/** They read the same evidence as scores that do without alternatives. */
const ENTROPIES = ['max_token_entropy', 'mean_token_entropy']
const FROM_LOGPROBS = ['answer.logprobs', 'samples.logprobs', ...FROM_ALTERNATIVES]

/** What a server may lack, in words, and the evidence, or the scores themselves, that go with it. */
const LACKS: readonly (readonly [string, (found: Capabilities) => boolean, readonly string[]])[] = [
  ['tells no log-probabilities', ({ logprobs }) => logprobs === false, FROM_LOGPROBS],
  [
    'tells no alternatives',
    ({ logprobs, topLogprobs }) => logprobs === true && (topLogprobs ?? 0) < 2,
    [...FROM_ALTERNATIVES, ...ENTROPIES]
  ],
  ['reads no given texts', ({ forcing }) => forcing === false, ['answer.unconditional', 'paraphrases.answer']],
  ['tells no whole distributions', () => true, ['answer.distributions', 'answer.reading']]
]

function meaningsOf({ alias, capabilities }: Probed, scorers: Examination['scorers']): readonly string[] {
  if (capabilities === null) return []
  const told = new Set<string>()
  return LACKS.flatMap(([what, lacks, lost]) => {
    if (!lacks(capabilities)) return []
    const skipped = [...scorers.values()].filter(
      ({ name, needs }) => !told.has(name) && [name, ...needs].some((each) => lost.includes(each))
    )
    for (const { name } of skipped) told.add(name)
    if (skipped.length === 0) return []
    return [`${alias} ${what}; skipped: ${skipped.map(({ name }) => name).join(', ')}`]
  })
}

function chosen({ upstreams, aliases }: Examination): readonly Upstream[] {
  const names = aliases.length === 0 ? [...upstreams.keys()] : aliases
  return names.map((alias) => {
    const upstream = upstreams.get(alias)
    if (upstream !== undefined) return upstream
    throw new UsageError(`"${alias}" is not an upstream; there are: ${[...upstreams.keys()].join(', ') || 'none'}`)
  })
}

/** Asks one, for so long; what it has not said by then it cannot do for now. */
async function ask(upstream: Upstream, { signal, clock, say }: Examination): Promise<Probed> {
  const { alias } = upstream
  const limit = new AbortController()
  const cancels = [
    clock.after(LIMIT_MS, () => limit.abort(new Error('late'))),
    clock.after(TELL_AFTER_MS, () => say(`Asking ${alias}, for ${LIMIT_MS / 1000} s at most …`))
  ]
  try {
    return await probeUpstream(upstream, { signal: AbortSignal.any([signal, limit.signal]), fresh: true })
  } catch (error) {
    signal.throwIfAborted()
    if (!limit.signal.aborted) throw error
    return late(upstream)
  } finally {
    for (const cancel of cancels) cancel()
  }
}

function late(upstream: Upstream): Probed {
  const reachable = (upstream.stats().outcomes['ok'] ?? 0) > 0
  const problem = `It did not answer ${reachable ? 'everything ' : ''}within ${LIMIT_MS / 1000} s.`
  return { alias: upstream.alias, dialect: null, reachable, capabilities: null, problem }
}

function withKey(probed: Probed, { unsetKeys }: Examination): Probed {
  const variable = unsetKeys.get(probed.alias)
  if (variable === undefined) return probed
  const problems = [`${variable}, which api_key_env names, is not set.`, probed.problem]
  return { ...probed, problem: problems.filter((each) => each !== null).join(' ') }
}

/** Asks the upstreams at once and puts what they answer into words. Throws `UsageError` for an unknown alias. */
export async function examine(examination: Examination): Promise<Findings> {
  const { scorers } = examination
  const asked = chosen(examination)
  if (asked.length === 0) return { text: 'No upstreams are configured; see QUALM_CONFIG.', allAnswered: true }
  const probed = await Promise.all(asked.map(async (each) => withKey(await ask(each, examination), examination)))
  const meanings = probed.flatMap((each) => meaningsOf(each, scorers))
  return {
    text: [probeTable(probed), ...(meanings.length === 0 ? [] : ['', ...meanings])].join('\n'),
    allAnswered: probed.every(({ capabilities }) => capabilities !== null)
  }
}
