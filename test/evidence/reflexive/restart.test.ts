import t from 'tap'
import { kindOf } from '../../../src/evidence/kinds.js'
import { circumstances, optionRequests, reflexiveSetup } from '../../fixtures/reflexive-setup.js'

t.test('yes and no are read in both orders, in all their spellings', async (t) => {
  const { engine, evidence } = reflexiveSetup({
    options: ({ messages }) => (messages[0]!.content.includes('Yes or No') ? [0.6, 0.2] : [0.5, 0.4])
  })
  t.same((await evidence.get('p_better')).readings, [
    { yes: 0.6, no: 0.2 },
    { yes: 0.5, no: 0.4 }
  ])
  const requests = optionRequests(engine)
  t.equal(requests.length, 2)
  t.ok(requests[0]!.options[0]!.includes(' yes') && requests[0]!.options[1]!.includes('NO'))
})

t.test('the characters that are announced are at least those that are sent', async (t) => {
  const { engine, evidence } = reflexiveSetup({ options: () => [0.5, 0.5] })
  await evidence.get('p_better')
  const sent = optionRequests(engine).reduce((sum, { messages }) => sum + messages[0]!.content.length, 0)
  t.ok((kindOf('p_better').work?.(circumstances(), {}).promptChars ?? 0) >= sent)
})
