import t from 'tap'
import { encodePrompt } from '../../../src/engine/language/language-model.js'
import { loopUnderTest, scriptedDecoder } from './scripted-decoder.js'

const { model } = loopUnderTest(scriptedDecoder())
const message = (content: string) => ({ role: 'user' as const, content })

/** The model with a note of every text that it tokenised. */
function watched() {
  const seen: string[] = []
  const note = (text: string): number[] => {
    seen.push(text)
    return model.encodeText(text)
  }
  const encodeMessages: typeof model.encodeMessages = (messages) => messages.flatMap(({ content }) => note(content))
  return { seen, model: { ...model, encodeText: note, encodeMessages } }
}

t.test('a conversation that is far too long is refused before all of it is tokenised', async (t) => {
  const { seen, model } = watched()
  const messages = Array.from({ length: 100 }, () => message('a'.repeat(5000)))
  t.throws(() => encodePrompt(model, messages), {
    code: 'QUALM_ERR_PROMPT_TOO_LONG',
    message: /more than 4096 tokens/
  })
  t.equal(seen.length, 2)
})

t.test('a conversation of usual length is tokenised once', async (t) => {
  const { seen, model } = watched()
  t.equal(encodePrompt(model, [message('ab'), message('c')]).length, 3)
  t.strictSame(seen, ['ab', 'c'])
})

t.test('many characters in few tokens are no reason to refuse', async (t) => {
  const dense = { ...model, encodeText: () => [1], encodeMessages: () => [1, 2, 3] }
  t.strictSame(encodePrompt(dense, [message('a'.repeat(100_000))]), [1, 2, 3])
})
