/** How the scores of a policy did on its examples. */
import Type from 'typebox'
import { closed, nullable } from './pieces.js'

const Count = Type.Integer({ minimum: 0 })
const Share = Type.Number({ minimum: 0, maximum: 1 })
const Metric = (description: string) => nullable(Type.Number({ description: `${description} null where undefined.` }))

const Cascade = Type.Object(
  {
    n: Type.Integer({ minimum: 0, description: 'Examples with `escalated_correct`.' }),
    answered_share: Type.Number({ description: 'Share that either model answers; the rest is reviewed or withheld.' }),
    escalated_share: Share,
    error: Metric('Share of wrong answers among those given.'),
    error_without: Metric('The same when the model under test answers everything.'),
    error_of_model: Metric('The same when the stronger model answers everything.'),
    cost: Metric('Mean cost per example.'),
    cost_without: Metric('The same without escalation.'),
    cost_of_model: Metric('The same when the stronger model answers everything.')
  },
  { ...closed, description: 'Answers kept and escalated together, on the examples themselves.' }
)

const Sets = Type.Object(
  {
    coverage: Type.Number({ description: 'Share of sets with the right option.' }),
    mean_size: Type.Number(),
    sizes: Type.Array(Count, { description: 'Number of sets of 0, 1, 2 … options.' })
  },
  { ...closed, description: 'Sets of options, on the examples themselves.' }
)

export const PolicyReport = Type.Object(
  {
    n: Type.Integer({ minimum: 0, description: 'Examples with a score.' }),
    unscored: Type.Integer({ minimum: 0, description: 'Examples without one; they play no part.' }),
    right: Type.Integer({ minimum: 0, description: 'Scored examples that count as right.' }),
    error_rate: Share,
    accepted: Count,
    error_on_accepted: Metric('Error rate of the accepted examples themselves: optimistic, the guarantee is not.'),
    p_value: Metric('Evidence against "the error is above target" at the threshold, where that was tested.'),
    expected_cost: Type.Optional(Metric('Mean cost per answer on the examples, or its bound when that is promised.')),
    auroc: Metric('Wrong as the positive class.'),
    auprc: Metric('Wrong as the positive class.'),
    aurc: Metric('Area under risk–coverage; smaller is better.'),
    auarc: Metric('Area under accuracy–coverage; larger is better.'),
    prr: Metric('Prediction–rejection ratio: 1 perfect, 0 random.'),
    cascade: Type.Optional(Cascade),
    sets: Type.Optional(Sets)
  },
  closed
)
