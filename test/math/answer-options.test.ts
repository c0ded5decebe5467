import t from 'tap'
import { describeMembers } from '../../src/math/answer-options.js'

t.test('groups become options, largest first, and the answer stands for its own', async (t) => {
  t.same(describeMembers(['Sydney', 'Sydney', 'It is Perth', 'Perth'], [0, 0, 1, 1]), [
    { text: 'Perth', share: 0.5, holdsAnswer: true },
    { text: 'Sydney', share: 0.5, holdsAnswer: false }
  ])
})

t.test('the order of the samples changes nothing', async (t) => {
  t.same(describeMembers(['b', 'a', 'a', 'c'], [0, 1, 1, 2]), describeMembers(['a', 'b', 'a', 'c'], [0, 1, 0, 2]))
})
