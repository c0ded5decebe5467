/** A policy and requests that bring their log-probabilities. */

const EXAMPLES = 200

/** A request whose answer is one token with this log-probability, so that every score of it is known. */
export function askingAbout(logprob: number, policy?: string): object {
  return {
    prompt: 'What is the capital of Australia?',
    answer: { text: 'Canberra', finish_reason: 'stop', logprobs: { content: [{ token: 'Canberra', logprob }] } },
    scorers: ['g_nll', 'mean_nll'],
    fill: 'never',
    ...(policy === undefined ? {} : { policy })
  }
}

/** Body of `POST /v1/policies`: the less likely half of the examples is wrong. */
export function policyNamed(name: string): object {
  const examples = Array.from({ length: EXAMPLES }, (_, at) => ({ score: at / EXAMPLES, correct: at < EXAMPLES / 2 }))
  return { name, scorer: 'mean_nll', examples, objective: { kind: 'selective_error', target: 0.1, level: 0.1 } }
}
