/** Names under which common models write the token that ends an answer. */
const END_TOKENS: ReadonlySet<string> = new Set([
  '<|im_end|>',
  '</s>',
  '<|eot_id|>',
  '<|eom_id|>',
  '<|end_of_text|>',
  '<|endoftext|>',
  '<|end|>',
  '<|return|>',
  '<end_of_turn>',
  '<eos>',
  '<|eos|>',
  '<turn|>',
  '[EOS]',
  '<|END_OF_TURN_TOKEN|>',
  '<｜end▁of▁sentence｜>'
])

/** True for a token that ends an answer and is not part of its text: a known special token, or one without text. */
export function isEndToken(text: string, byteCount: number): boolean {
  return END_TOKENS.has(text) || (text === '' && byteCount === 0)
}
