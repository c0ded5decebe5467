/** The official client for Python, unchanged but for its base URL. */
import t, { type Test } from 'tap'
import { completion, completionChunks } from '../fixtures/completions.js'
import { ALIAS, setupChat, type ChatSetup } from '../fixtures/chat-setup.js'
import { pythonClient, type PythonClient } from '../fixtures/python-client.js'
import { hang, json, limited, problem, reply, sse } from '../fixtures/upstream-server.js'

const TOKENS = [
  { text: 'Can', logprob: -0.11 },
  { text: 'berra', logprob: -0.31 }
]
const ANSWER = completion({ tokens: TOKENS })
const CHUNKS = completionChunks({ tokens: TOKENS })

const HEAD = `
import sys, json, openai
client = openai.OpenAI(base_url=sys.argv[1], api_key="unused", max_retries=0)
ask = dict(model=sys.argv[2], messages=[{"role": "user", "content": "Where?"}])
def tell(value):
    print(json.dumps(value))
def code_of(kind, **more):
    try:
        client.chat.completions.create(**{**ask, **more})
    except kind as e:
        return [e.code, str(e.response.headers.get("retry-after"))]
`

const found = await pythonClient()
const skip = typeof found === 'string' ? found : false

const runs = async (setup: ChatSetup, script: string): Promise<unknown> =>
  (found as PythonClient).run(HEAD + script, [`${await setup.url()}/v1`, ALIAS])

const test = (title: string, body: (t: Test) => Promise<void>) => t.test(title, { skip }, body)

await test('answers, streamed or not, are read as ever, with their uncertainty', async (t) => {
  const setup = await setupChat(
    t,
    reply(({ body }) => ((body as { stream?: boolean }).stream === true ? sse(CHUNKS) : json(ANSWER)))
  )
  const told = await runs(
    setup,
    `
whole = client.chat.completions.create(**ask)
chunks = list(client.chat.completions.create(stream=True, **ask))
tell({
    "text": whole.choices[0].message.content,
    "logprobs": whole.choices[0].logprobs,
    "scored": whole.uncertainty["scores"]["g_nll"]["status"],
    "streamed": "".join(c.choices[0].delta.content or "" for c in chunks if c.choices),
    "last": chunks[-1].uncertainty["scores"]["g_nll"]["status"],
})`
  )
  t.strictSame(told, { text: 'Canberra', logprobs: null, scored: 'ok', streamed: 'Canberra', last: 'ok' })
})

await test('tools, choices, log-probabilities and JSON mode go through', async (t) => {
  const call = { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Canberra"}' } }
  const message = { role: 'assistant', content: null, tool_calls: [call], refusal: null }
  const withTools = { ...ANSWER, choices: [{ ...ANSWER.choices[0], message, finish_reason: 'tool_calls' }] }
  const setup = await setupChat(
    t,
    reply(({ body }) => {
      const asked = body as { tools?: unknown; n?: number; response_format?: unknown }
      if (asked.tools !== undefined) return json(withTools)
      if (asked.response_format !== undefined) return json(completion({ text: '{"city":"Canberra"}' }))
      return json(completion({ tokens: TOKENS, n: asked.n ?? 1 }))
    })
  )
  const told = await runs(
    setup,
    `
tools = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}]
called = client.chat.completions.create(tools=tools, **ask)
several = client.chat.completions.create(n=3, logprobs=True, top_logprobs=2, **ask)
in_json = client.chat.completions.create(response_format={"type": "json_object"}, **ask)
tell({
    "tool": called.choices[0].message.tool_calls[0].function.name,
    "n": len(several.choices),
    "token": several.choices[2].logprobs.content[1].token,
    "json": json.loads(in_json.choices[0].message.content),
})`
  )
  t.strictSame(told, { tool: 'weather', n: 3, token: 'berra', json: { city: 'Canberra' } })
})

await test('errors are the classes that clients catch', async (t) => {
  const setup = await setupChat(t, [problem(400, 'too many tokens'), limited('5')])
  const told = await runs(
    setup,
    `
tell({
    "bad": code_of(openai.BadRequestError) is not None,
    "late": code_of(openai.RateLimitError, stream=True)[1],
    "unknown": code_of(openai.NotFoundError, model="no-such")[0],
})`
  )
  t.strictSame(told, { bad: true, late: '5', unknown: 'QUALM_ERR_UNKNOWN_MODEL' })
})

await test('leaving a stream closes the call to the upstream', async (t) => {
  const setup = await setupChat(t, sse(CHUNKS.slice(0, 2), hang))
  const closed = setup.server.nextClose()
  const told = await runs(
    setup,
    `
stream = client.chat.completions.create(stream=True, **ask)
for chunk in stream:
    if chunk.choices[0].delta.content == "Can":
        break
stream.close()
tell("left")`
  )
  t.equal(told, 'left')
  await closed
  t.equal(setup.server.closed, 1)
})
