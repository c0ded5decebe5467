/** Finished rows as callers see them: text, tokens with their text, alternatives. */
import type { GeneratedToken, Row } from '../engine.js'
import type { MemberRow, RawToken } from './rows.js'
import type { TextStream, TokenText } from './token-text.js'

function alternatives(token: RawToken, text: TokenText): GeneratedToken['top'] {
  return token.topIds.map((id, at) => ({ id, text: text.single(id), logprob: token.topLogprobs[at]! }))
}

/** Turns raw tokens into tokens with text. A token of `ends` carries no text. */
export function renderTokens(
  tokens: readonly RawToken[],
  text: TokenText,
  ends: ReadonlySet<number>
): GeneratedToken[] {
  const renderer = tokenRenderer(text, ends)
  return withRest(
    tokens.map((token) => renderer.next(token)),
    renderer.rest()
  )
}

/** Turns the tokens of one row into tokens with text, one after the other. */
export function tokenRenderer(text: TokenText, ends: ReadonlySet<number>) {
  const stream = text.stream()
  return {
    next(token: RawToken): GeneratedToken {
      const end = ends.has(token.id)
      const { id, logprob, entropy, distribution } = token
      return {
        id,
        text: end ? '' : stream.push(id),
        logprob: Math.min(0, logprob),
        entropy: Math.max(0, entropy),
        top: alternatives(token, text),
        end,
        ...(distribution === null ? {} : { distribution })
      }
    },
    /** The bytes of a character that was never completed. */
    rest: (): string => stream.end()
  }
}

/** The bytes of a character that was never completed go to the last token that has text of its own. */
function withRest(tokens: readonly GeneratedToken[], rest: string): GeneratedToken[] {
  const last = tokens.findLastIndex((token) => !token.end)
  return tokens.map((token, at) => (at === last && rest !== '' ? { ...token, text: token.text + rest } : token))
}

function cutAtStop(text: string, stop: readonly string[]): string {
  const found = stop.map((each) => text.indexOf(each)).filter((at) => at >= 0)
  return found.length === 0 ? text : text.slice(0, Math.min(...found))
}

/** A finished row; its text ends before the first stop string. */
export function renderRow(
  row: MemberRow,
  finishReason: Row['finishReason'],
  text: TokenText,
  ends: ReadonlySet<number>,
  stop: readonly string[]
): Row {
  const tokens = renderTokens(row.tokens, text, ends)
  return { index: row.index, text: cutAtStop(tokens.map((token) => token.text).join(''), stop), tokens, finishReason }
}

/** Watches one row for stop strings: true with the token that completes one. Null when there are none to watch for. */
export function stopWatch(stop: readonly string[], text: TokenText): ((id: number) => boolean) | null {
  if (stop.length === 0) return null
  const stream: TextStream = text.stream()
  const longest = Math.max(...stop.map((each) => each.length))
  let tail = ''
  return (id) => {
    const added = stream.push(id)
    const seen = tail + added
    tail = seen.slice(-(longest - 1 || seen.length))
    return stop.some((each) => seen.includes(each))
  }
}
