const ARTICLES = new Set(['a', 'an', 'the'])

/** The words of an answer: lower case, compatibility forms, without punctuation and English articles. */
function bareWords(text: string): readonly string[] {
  const all = text
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter((word) => word !== '')
  const bare = all.filter((word) => !ARTICLES.has(word))
  return bare.length > 0 ? bare : all
}

/** The form under which two short answers are one: see `bareWords`; signs alone stand for themselves. */
export function answerKey(text: string): string {
  const bare = bareWords(text).join(' ')
  return bare === '' ? text.normalize('NFKC').replace(/\s+/gu, '') : bare
}

/**
 * Whether two answers to one question are the same in wording: equal keys, or one is contained in the other as a run
 * of whole words ("Canberra" in "It is Canberra."). Blind to negation ("not Canberra") and to synonyms. Symmetric.
 */
export function sameAnswer(a: string, b: string): boolean {
  const [first, second] = [answerKey(a), answerKey(b)]
  if (first === '' || second === '') return first === second
  return ` ${first} `.includes(` ${second} `) || ` ${second} `.includes(` ${first} `)
}

/**
 * Whether an answer is right: it contains one of the accepted answers as a run of whole words, after `answerKey`. An
 * accepted answer without a word is never contained. Blind to negation and to an answer that lists every option.
 */
export function containsAnswer(answer: string, accepted: readonly string[]): boolean {
  const said = ` ${answerKey(answer)} `
  return accepted.map(answerKey).some((key) => key !== '' && said.includes(` ${key} `))
}
