import type { ChoicesKinds } from '../../scorer.js'
import type { KindTable } from '../kind.js'
import { debiasOf, gatherOptions, optionsWork } from './options.js'
import { gatherReasoned, reasonedWork, reasoningCount } from './reasoned.js'
import { gatherDigits, numericWork, riskForm } from './risk.js'

/**
 * Evidence about the options of a multiple-choice question. The question is asked anew, with the options in it; the
 * answer and the samples of other scorers stay those of the conversation as it came, so that they mean what they mean
 * without `choices`.
 */
export const choicesKinds: KindTable<keyof ChoicesKinds> = {
  options: {
    work: (circumstances, parameters) => optionsWork(circumstances, debiasOf(parameters)),
    reads: ['choices'],
    roles: ['language'],
    key: debiasOf,
    gather: async ({ input, ask }, parameters) => gatherOptions(input, debiasOf(parameters), ask)
  },
  'options.reasoned': {
    work: (circumstances, parameters) => reasonedWork(circumstances, reasoningCount(parameters)),
    reads: ['choices'],
    roles: ['language'],
    key: (parameters) => String(reasoningCount(parameters)),
    gather: async ({ input, ask }, parameters) => gatherReasoned(input, reasoningCount(parameters), ask)
  },
  risk: {
    restsOn: (parameters) => (riskForm(parameters) === 'options' ? ['options'] : []),
    work: (circumstances, parameters) => (riskForm(parameters) === 'numeric' ? numericWork(circumstances) : {}),
    roles: ['language'],
    key: (parameters) => (riskForm(parameters) === 'options' ? debiasOf(parameters) : 'numeric'),
    async gather({ input, ask, get }, parameters) {
      if (riskForm(parameters) === 'numeric') return { form: 'numeric', digits: await gatherDigits(input, ask) }
      return { form: 'options', options: await get('options', parameters) }
    }
  }
}
