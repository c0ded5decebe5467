import t from 'tap'
import { watchedScoring } from '../../src/watching/watched-services.js'
import { setupScoring } from '../fixtures/scoring-setup.js'

const choices = ['Canberra', 'Sydney', 'Perth']

t.test(
  'the same probabilities of options for five questions are told, and nothing of it reaches the scores',
  async (t) => {
    const { score, scoring } = setupScoring({ script: { options: () => [0.4, 0.3, 0.2] } })
    const context = { signal: new AbortController().signal, requestId: 'req-1' }
    const watched = watchedScoring(scoring, { observe: () => undefined })
    const told: boolean[] = []
    for (const question of ['a', 'b', 'b', 'c', 'd', 'e', 'f']) {
      const request = { prompt: question, choices, scorers: ['option_probability'] }
      const { warnings, scores } = await watched.score(request, context)
      told.push(warnings.some(({ code }) => code === 'repeated_shape'))
      t.strictSame(scores, (await score(request)).scores)
    }
    t.same(told, [false, false, false, false, false, true, true])
  }
)
