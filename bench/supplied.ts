/** Requests that bring all their evidence, so that no model is asked. */

const SENTENCE = [
  'Canberra has been the seat of the Australian government since parliament moved there in the year 1927,',
  'after Sydney and Melbourne had both wanted to be the capital of the new country.'
].join(' ')

/** The body of a G-NLL request whose answer has `tokens` tokens, at most 32. */
export function suppliedRequest(tokens: number): string {
  const pieces = SENTENCE.split(/(?= )/u).slice(0, tokens)
  const content = pieces.map((token, at) => ({ token, logprob: -((at * 37) % 100) / 50, top_logprobs: [] }))
  return JSON.stringify({
    prompt: 'What is the capital of Australia?',
    answer: { text: pieces.join(''), finish_reason: 'stop', logprobs: { content } },
    scorers: ['g_nll'],
    fill: 'never'
  })
}
