import type { TSchema } from 'typebox'
import { SCORE_REQUEST_EXAMPLE, SCORE_RESULT_EXAMPLE } from './examples.js'
import { ModelDescription } from './model.js'
import { Problem } from './problem.js'
import { ScoreRequest, ScoreResult } from './score.js'
import { ScorerDescription } from './scorer.js'

/** Schemas that routes refer to by name; they are the components of the OpenAPI document. */
export const SHARED_SCHEMAS: readonly TSchema[] = [
  Problem,
  ModelDescription,
  ScorerDescription,
  { ...ScoreRequest, $id: 'ScoreRequest', examples: [SCORE_REQUEST_EXAMPLE] },
  { ...ScoreResult, $id: 'ScoreResult', examples: [SCORE_RESULT_EXAMPLE] }
]
