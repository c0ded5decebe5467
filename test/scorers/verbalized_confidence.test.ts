import t from 'tap'
import verbalizedConfidence from '../../scorers/verbalized_confidence.js'
import { reasonOf, run } from '../fixtures/evidence.js'

t.test('the stated confidence is the value, with its source and the reply it was read from', async (t) => {
  const verbalized = { confidence: 0.85, reply: '85%', source: 'generated' } as const
  t.same(run(verbalizedConfidence, { verbalized }), { value: 0.85, detail: { source: 'generated', reply: '85%' } })
})

t.test('a stated confidence of zero is a value', async (t) => {
  const verbalized = { confidence: 0, reply: null, source: 'supplied' } as const
  t.equal(run(verbalizedConfidence, { verbalized }).value, 0)
})

t.test('a reply that states none has no value, and no default takes its place', async (t) => {
  const verbalized = { confidence: null, reply: 'fairly', source: 'generated' } as const
  t.equal(
    reasonOf(() => run(verbalizedConfidence, { verbalized })),
    'not_stated'
  )
})
