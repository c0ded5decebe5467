/** From messages to token ids, through the model's own chat template. */
import type { PreTrainedTokenizer } from '@xenova/transformers'
import type { Message } from '../engine.js'

/** Encodes text in which special tokens count as what they are. */
function encodeTemplate(tokenizer: PreTrainedTokenizer, text: string): number[] {
  return text === '' ? [] : tokenizer.encode(text, { add_special_tokens: false })
}

/** Cuts every special token's spelling in two, so that neither half is recognised. */
function defused(text: string, specials: readonly string[]): string[] {
  for (const special of specials) {
    const at = text.indexOf(special)
    if (at < 0) continue
    const cut = at + Math.ceil(special.length / 2)
    return [...defused(text.slice(0, cut), specials), ...defused(text.slice(cut), specials)]
  }
  return [text]
}

/** Encodes text that somebody wrote: a special token's spelling in it stays ordinary text. */
export function encodeText(tokenizer: PreTrainedTokenizer, text: string): number[] {
  return defused(text, tokenizer.all_special_tokens).flatMap((piece) => encodeTemplate(tokenizer, piece))
}

function render(tokenizer: PreTrainedTokenizer, messages: readonly Message[]): string {
  const rendered: unknown = tokenizer.apply_chat_template([...messages], {
    tokenize: false,
    add_generation_prompt: true
  })
  return String(rendered)
}

/** A stand-in for a message's text: private-use characters, so that no template or text holds it. */
function marker(index: number): string {
  return `\uE0FF${String(index)}\uE0FE`
}

/**
 * Token ids of the rendered conversation, up to the start of the assistant's turn. A text that spells a special token
 * (`<|im_end|>` typed by a user) cannot end its turn: such texts are encoded apart from the template.
 */
export function encodeMessages(tokenizer: PreTrainedTokenizer, messages: readonly Message[]): number[] {
  const risky = messages.some(({ content }) =>
    tokenizer.all_special_tokens.some((special) => content.includes(special))
  )
  if (!risky) return encodeTemplate(tokenizer, render(tokenizer, messages))
  const template = render(
    tokenizer,
    messages.map((message, index) => ({ ...message, content: marker(index) }))
  )
  return template.split(/(\uE0FF\d+\uE0FE)/u).flatMap((piece) => {
    const index = /^\uE0FF(\d+)\uE0FE$/u.exec(piece)?.[1]
    return index === undefined
      ? encodeTemplate(tokenizer, piece)
      : encodeText(tokenizer, messages[Number(index)]!.content)
  })
}
