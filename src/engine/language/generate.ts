/** Generate: one prompt, many rows. The prompt runs once; every row draws its first token from the prompt's last position. */
import type { GenerateRequest, GenerateResult, Row } from '../engine.js'
import type { RunResult } from './decoder.js'
import { checkLength, encodePrompt, type JobHandle, type LanguageModel, type Outcome } from './language-model.js'
import type { PrefillTask } from './prefill.js'
import { renderRow, stopWatch, tokenRenderer } from './render.js'
import type { Group, MemberRow } from './rows.js'
import { wantRows } from './wants.js'
import type { ToldToken } from '../worker-service.js'

/** A generate request tells of every row as it finishes, and of every token where somebody listens. */
export interface GenerateOutcome extends Outcome<GenerateResult> {
  row(row: Row): void
  readonly token?: (told: ToldToken) => void
}

/** Renders and tells the latest token of each row. */
function tellTokens(model: LanguageModel, tell: (told: ToldToken) => void): (member: MemberRow) => void {
  const renderers = new Map<MemberRow, ReturnType<typeof tokenRenderer>>()
  return (member) => {
    const render = renderers.get(member) ?? tokenRenderer(model.text, model.ends)
    renderers.set(member, render)
    tell({ row: member.index, token: render.next(member.tokens.at(-1)!) })
  }
}

function groupOf(
  model: LanguageModel,
  request: GenerateRequest,
  promptLength: number,
  outcome: GenerateOutcome
): Group & { reusedTokens: number } {
  const finished: Row[] = []
  return {
    seed: request.seed,
    firstRow: request.firstRow ?? 0,
    maxTokens: Math.min(request.maxTokens, model.contextTokens - promptLength),
    topCount: request.topCount,
    distributions: request.distributions === true,
    ignoreEnd: request.ignoreEnd === true,
    promptLength,
    promptSlab: null,
    waiting: [],
    running: 0,
    unfinished: request.rows.length,
    cancelled: false,
    reusedTokens: 0,
    ...(outcome.token === undefined ? {} : { drawn: tellTokens(model, outcome.token) }),
    fail: (error) => {
      outcome.fail(error)
    },
    finish(member: MemberRow, reason: Row['finishReason']) {
      const row = renderRow(member, reason, model.text, model.ends, request.stop)
      finished.push(row)
      this.unfinished -= 1
      outcome.row(row)
      if (this.unfinished > 0) return
      const rows = finished.sort((a, b) => a.index - b.index)
      outcome.done({ rows, promptTokens: promptLength, cachedPromptTokens: this.reusedTokens })
    }
  }
}

/** Starts a generate request. Throws QUALM_ERR_PROMPT_TOO_LONG. */
export function generate(model: LanguageModel, request: GenerateRequest, outcome: GenerateOutcome): JobHandle {
  const prompt = encodePrompt(model, request.messages)
  const ids = [...prompt, ...model.encodeText(request.prefill ?? '')]
  checkLength(ids.length + 1, model)
  const group = groupOf(model, request, ids.length, outcome)
  const members = request.rows.map((decoding, index): MemberRow => ({
    index,
    decoding,
    tokens: [],
    stopped: stopWatch(request.stop, model.text)
  }))
  const wants = wantRows(
    members.map((row) => ({ position: ids.length - 1, group, row })),
    model.vocabulary
  )
  let answer: RunResult | null = null
  const task: PrefillTask = {
    ids,
    wanted: wants.wanted,
    startsRows: true,
    cacheTokens: prompt.length,
    cancelled: false,
    onRun(result) {
      answer = result
    },
    onDone(slab, reusedTokens) {
      group.promptSlab = slab
      group.reusedTokens = reusedTokens
      if (answer === null) outcome.done({ rows: [], promptTokens: ids.length, cachedPromptTokens: reusedTokens })
      else model.loop.adopt(group, wants, answer)
    },
    onError: outcome.fail
  }
  model.loop.enqueue(task)
  return {
    cancel() {
      task.cancelled = group.cancelled = true
    }
  }
}
