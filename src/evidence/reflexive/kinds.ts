import type { EvidenceParameters, ReflexiveKinds } from '../../scorer.js'
import type { KindTable } from '../kind.js'
import { gatherRestart, restartWork } from './restart.js'
import { evaluationWork, gatherSelfEvaluation } from './self-evaluation.js'
import { gatherTruth, truthWork } from './truth.js'
import { askingOf, gatherVerbalized, verbalizedWork } from './verbalized.js'

const brainstorms = (parameters: EvidenceParameters): boolean => parameters.p_true?.brainstorm ?? false

/** Evidence that the model gives of itself. */
export const reflexiveKinds: KindTable<keyof ReflexiveKinds> = {
  verbalized: {
    restsOn: (parameters) => (askingOf(parameters).replies === 0 ? [] : ['question', 'answer']),
    isSupplied: (supply) => supply.confidence !== null,
    work: (circumstances, parameters) =>
      circumstances.asksModel && circumstances.supply.confidence === null
        ? verbalizedWork(circumstances, askingOf(parameters))
        : {},
    reads: ['verbalized'],
    roles: ['language'],
    key(parameters) {
      const { style, replies } = askingOf(parameters)
      return `${style}:${replies}`
    },
    gather: (sources, parameters) => gatherVerbalized(sources, askingOf(parameters))
  },
  p_true: {
    restsOn: (parameters) => ['question', 'answer', ...(brainstorms(parameters) ? (['samples'] as const) : [])],
    work: (circumstances, parameters) =>
      circumstances.asksModel ? truthWork(circumstances, brainstorms(parameters)) : {},
    roles: ['language'],
    key: (parameters) => String(brainstorms(parameters)),
    gather: (sources, parameters) => gatherTruth(sources, brainstorms(parameters))
  },
  self_evaluation: {
    restsOn: () => ['question', 'answer', 'samples', 'clusters'],
    work: (circumstances) => (circumstances.asksModel ? evaluationWork(circumstances) : {}),
    roles: ['language'],
    gather: (sources) => gatherSelfEvaluation(sources)
  },
  p_better: {
    restsOn: () => ['question', 'answer'],
    work: (circumstances) => (circumstances.asksModel ? restartWork(circumstances) : {}),
    roles: ['language'],
    gather: (sources) => gatherRestart(sources)
  }
}
