/** What the members of an ensemble say of one answer. */
import type { MemberScore, MemberScores } from '../scorer.js'
import type { Plan } from './plan.js'
import { referenceRank, type ReferenceRanks } from './reference-ranks.js'
import type { Results } from './results.js'
import type { Run } from './select.js'

/** Values of `members` with their ranks, in order. Every member was planned, as a run of its own or of the request. */
export async function memberScores(
  plan: Plan,
  members: readonly string[],
  results: Results,
  ranks: ReferenceRanks
): Promise<MemberScores> {
  const runs = new Map([...plan.members, ...plan.runs].map((run) => [run.scorer.name, run]))
  return {
    members: await Promise.all(members.map((name) => memberScore(runs.get(name)!, results, ranks))),
    reference: `${ranks.model.id} on ${ranks.data}`,
    referenceFits: plan.languageDigest === ranks.model.digest && !isForeign(plan)
  }
}

async function memberScore(run: Run, results: Results, ranks: ReferenceRanks): Promise<MemberScore> {
  const { score } = await results.of(run)
  const { value } = score
  return {
    scorer: run.scorer.name,
    value,
    reason: score.reason ?? null,
    rank: value === null ? null : referenceRank(ranks, run, value)
  }
}

/** Whether somebody else wrote the answer or the samples. */
function isForeign({ input }: Plan): boolean {
  return input.answer !== null || input.samples !== null
}
