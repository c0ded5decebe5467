/** Stands in for an upstream: the same answer every time, streamed token by token with log-probabilities if asked for. */
import { createServer, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'

/** As long as a fast server takes to read a short prompt, and to write one token. */
const FIRST_MS = 20
const NEXT_MS = 5
const WORDS = Array.from({ length: 32 }, (_, i) => ` word${i}`)

interface Asked {
  readonly stream?: boolean
  readonly logprobs?: boolean
  readonly n?: number
}

function chunk(word: string, { logprobs }: Asked): string {
  const entry = { token: word, logprob: -0.1, bytes: [...Buffer.from(word)], top_logprobs: [] }
  const told = logprobs === true ? { content: [entry], refusal: null } : null
  const choice = { index: 0, delta: { content: word }, logprobs: told, finish_reason: null }
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'streaming' }
  return `data: ${JSON.stringify({ ...head, choices: [choice] })}\n\n`
}

/** All choices at once, when the last token of a stream would have been written. */
async function whole({ n = 1 }: Asked, response: ServerResponse): Promise<void> {
  await sleep(FIRST_MS + NEXT_MS * (WORDS.length - 1))
  const message = { role: 'assistant', content: WORDS.join('') }
  const choices = Array.from({ length: n }, (_, index) => ({ index, message, logprobs: null, finish_reason: 'stop' }))
  const head = { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'streaming' }
  response.end(JSON.stringify({ ...head, choices, usage: { prompt_tokens: 8, completion_tokens: 32 } }))
}

async function answer(asked: Asked, response: ServerResponse): Promise<void> {
  if (asked.stream !== true) return whole(asked, response)
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const [i, word] of WORDS.entries()) {
    await sleep(i === 0 ? FIRST_MS : NEXT_MS)
    response.write(chunk(word, asked))
  }
  response.end('data: [DONE]\n\n')
}

const server = createServer((request, response) => {
  if (request.method === 'GET') response.end('{}')
  else void json(request).then((asked) => answer(asked as Asked, response))
})
process.once('SIGTERM', () => {
  server.closeAllConnections()
  server.close()
})
server.listen(Number(process.env['PORT']), '127.0.0.1')
