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
}

function chunk(word: string, { logprobs }: Asked): string {
  const entry = { token: word, logprob: -0.1, bytes: [...Buffer.from(word)], top_logprobs: [] }
  const told = logprobs === true ? { content: [entry], refusal: null } : null
  const choice = { index: 0, delta: { content: word }, logprobs: told, finish_reason: null }
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'streaming' }
  return `data: ${JSON.stringify({ ...head, choices: [choice] })}\n\n`
}

async function answer(asked: Asked, response: ServerResponse): Promise<void> {
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
