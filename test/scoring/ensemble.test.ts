import t from 'tap'
import { packageRoot } from '../../src/package-root.js'
import { resolveOptions } from '../../src/scorer-registry.js'
import { readReferenceRanks, referenceRank, type ReferenceRanks } from '../../src/scoring/reference-ranks.js'
import { scorers, setupScoring } from '../fixtures/scoring-setup.js'

const prompt = 'What is the capital of Australia?'
const members = ['mean_token_entropy', 'perplexity']
/** Options that the table does not name are at their defaults. */
const entry = (name: string, quantiles: number[]) => ({ name, options: {}, quantiles })
const ranks: ReferenceRanks = {
  data: 'three questions',
  model: { id: 'scripted-language', digest: 'digest-language' },
  scorers: [entry('mean_token_entropy', [0, 0.3, 1]), entry('perplexity', [1, 1.2, 3])]
}
const body = { prompt, scorers: ['ensemble'], options: { ensemble: { members } } }

t.test('members are scored on shared evidence and only the ensemble is reported', async (t) => {
  const { score, engine } = setupScoring({ ranks })
  const { scores, warnings } = await score(body)
  t.same(Object.keys(scores), ['ensemble'])
  t.equal(scores['ensemble']!.status, 'ok')
  t.equal(engine.count('generate'), 1)
  t.notOk(warnings.some(({ code }) => code === 'reference_mismatch'))
})

t.test('the detail tells each member with its value and its rank', async (t) => {
  const { scores } = await setupScoring({ ranks }).score({ ...body, scorers: ['ensemble', 'perplexity'] })
  t.match(scores['ensemble']!.detail, {
    reference: 'scripted-language on three questions',
    members: [{ scorer: 'mean_token_entropy' }, { scorer: 'perplexity', value: scores['perplexity']!.value }]
  })
})

t.test('a member runs with the options of the request, which the reference may not know', async (t) => {
  const options = { ...body.options, perplexity: { include_eos: 'never' } }
  const { scores } = await setupScoring({ ranks }).score({ ...body, scorers: ['ensemble', 'perplexity'], options })
  t.match(scores['ensemble'], { status: 'failed', reason: 'too_few_members' })
})

t.test('answers that somebody else wrote are told apart from the reference', async (t) => {
  const { score } = setupScoring({ ranks })
  const { warnings } = await score({ ...body, answer: 'Canberra' })
  t.ok(warnings.some(({ code }) => code === 'reference_mismatch'))
})

t.test('a member that does not exist, or is an ensemble itself, is refused', async (t) => {
  const { fault } = setupScoring({ ranks })
  const unknown = { ...body, options: { ensemble: { members: ['g_nlll', 'perplexity'] } } }
  t.match(await fault(unknown), { code: 'QUALM_ERR_UNKNOWN_SCORER', pointer: '/options/ensemble/members' })
  const cyclic = { ...body, options: { ensemble: { members: ['ensemble', 'perplexity'] } } }
  t.match(await fault(cyclic), { code: 'QUALM_ERR_VALIDATION', pointer: '/options/ensemble/members' })
})

t.test('the reference that is shipped ranks every member of the default ensemble', async (t) => {
  const shipped = readReferenceRanks(new URL('reference/ranks.json', packageRoot()))
  const members = resolveOptions(scorers.get('ensemble')!).options!['members'] as readonly string[]
  for (const name of members) {
    const scorer = scorers.get(name)!
    const run = { scorer, options: resolveOptions(scorer).options!, parameters: {}, pointer: '' }
    const low = referenceRank(shipped, run, scorer.range[0] ?? 0)
    t.ok(low !== null && low > 0 && low < 1, name)
  }
})
