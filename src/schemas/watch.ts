/** What the watch tells of a policy, and the body of `POST /v1/feedback`. */
import Type, { type Static } from 'typebox'
import { closed, nullable, words } from './pieces.js'

const Count = (description: string) => Type.Integer({ minimum: 0, description })
const Value = (description: string) => nullable(Type.Number({ description }))

const Drift = Type.Object(
  {
    recent: Count('Newest scores that are compared.'),
    reference: Count('Scores of examples that they are compared with.'),
    stability_index: Type.Number({ description: 'Population stability index; custom calls 0.25 a large change.' }),
    ks_distance: Type.Number({ description: 'Kolmogorov–Smirnov distance, 0 to 1.' }),
    p_value: Type.Number({ description: 'Permutation test of exchangeability; exact for one look at the data.' })
  },
  closed
)

const Scores = Type.Object(
  {
    n: Count('Scores that the policy decided on.'),
    accepted: Count('Of these, accepted.'),
    log_evidence: Type.Number({
      description: 'ln of the wealth of the running conformal test martingale: evidence against exchangeability.'
    }),
    alarm_at: Type.Number({ description: 'The promise counts as broken when `log_evidence` reaches this.' }),
    drift: Type.Union([Drift, Type.Null()], { description: 'null with too few scores, or without reference.' })
  },
  closed
)

const Labels = Type.Object(
  {
    n: Count('Labels that came by POST /v1/feedback.'),
    right: Count('Of these, right.'),
    tested: Count('Of these, labels that bear on the promise.'),
    mean_loss: Value('Mean loss of the tested; compare with the target. null without any.'),
    bound: Value('Mean loss that they are tested against; null when the promise is not about labels.'),
    log_evidence: Type.Number({ description: 'ln of the wealth of bets on losses above `bound`; valid at any time.' }),
    alarm_at: Type.Number({ description: 'The promise counts as broken when `log_evidence` reaches this.' })
  },
  closed
)

const Adaptive = Type.Object(
  {
    alpha: Type.Number({ description: 'Level of adaptive conformal inference; not clipped, so it may leave [0, 1].' }),
    threshold: Value("Threshold at that level on the scorer's scale; null when all or none would be accepted."),
    n: Count('Right labels that it followed.'),
    missed: Count('Right answers that it would have turned away.'),
    bound: Value('How far the share of missed can be from the target, whatever the data; null before the first.')
  },
  closed
)

const Broken = Type.Object(
  {
    by: words(['scores', 'labels'], 'What tells: the scores alone, or labels.'),
    at: Type.Integer({ description: 'Unix seconds.' }),
    after: Count('Scores or labels until then.'),
    message: Type.String()
  },
  closed
)

/** What is known of a policy since it is in use. */
export const WatchReport = Type.Object(
  {
    level: Type.Number({ description: 'Probability, for good, of a false alarm by scores; the same by labels.' }),
    broken: Type.Union([Broken, Type.Null()], { description: 'The first alarm; a new version starts anew.' }),
    canaries: words(['passed', 'failed', 'unchecked'], 'The last check; `unchecked` also without canaries.'),
    scores: Scores,
    labels: Labels,
    adaptive: Type.Union([Adaptive, Type.Null()], { description: 'Only for `coverage`; advice, not applied.' })
  },
  { ...closed, description: 'Whether scores and labels still fit what the policy was made from.' }
)
export type WatchReport = Static<typeof WatchReport>

/** Body of `POST /v1/feedback`, or one line of it. */
export const Feedback = Type.Object(
  {
    score_id: Type.String({ pattern: '^score_[0-9a-f]{32}$', description: '`id` of an answer of POST /v1/score.' }),
    correct: Type.Unsafe<boolean | number>({
      type: ['boolean', 'number'],
      minimum: 0,
      maximum: 1,
      description: 'Whether the answer was right, or a grade in [0, 1]. A grade of 0.5 or more counts as right.'
    })
  },
  closed
)
export type Feedback = Static<typeof Feedback>

/** 202 of `POST /v1/feedback`. */
export const FeedbackReceipt = Type.Object(
  {
    object: words(['feedback'], 'Kind of object.'),
    score_id: Type.String(),
    status: words(['counted', 'repeated'], '`repeated`: the same label was there, and nothing changed.')
  },
  closed
)
export type FeedbackReceipt = Static<typeof FeedbackReceipt>
