/**
 * What may stand in the place of a word of a question. The genetic paraphraser of the paper takes these from WordNet; here
 * they are a short list of words that questions are made of, and leaving the word out. Similarity to the question, not
 * this list, decides what is used.
 */

/** A word, then what may stand for it. */
const LINES: readonly string[] = [
  'what|which',
  'called|named|termed',
  'named|called',
  'country|nation',
  'city|town',
  'capital|capital city|seat of government',
  'author|writer',
  'wrote|authored|penned',
  'painted|created',
  'invented|devised|came up with',
  'discovered|found|identified',
  'composed|wrote|created',
  'founded|established|started',
  'formulated|stated|proposed',
  'first|earliest',
  'last|final',
  'largest|biggest|greatest',
  'biggest|largest',
  'smallest|tiniest|least',
  'big|large',
  'small|little',
  'tallest|highest',
  'highest|tallest',
  'fastest|quickest',
  'famous|well-known|renowned',
  'main|chief|principal',
  'abundant|common|plentiful',
  'common|usual|frequent',
  'opposite|antonym|reverse',
  'symbol|sign|abbreviation',
  'substance|material',
  'universe|cosmos',
  'baby|young|newborn',
  'animal|creature',
  'child|kid',
  'people|persons',
  'language|tongue',
  'currency|money',
  'war|conflict',
  'film|movie',
  'movie|film',
  'color|colour|hue',
  'colour|color|hue',
  'begin|start',
  'start|begin',
  'began|started',
  'started|began',
  'end|finish',
  'ended|finished',
  'comes|follows',
  'plus|added to',
  'minus|less',
  'times|multiplied by',
  'next|following',
  'before|ahead of|prior to',
  'after|following',
  'part|piece|portion',
  'kind|type|sort',
  'type|kind|sort',
  'used|employed',
  'contains|holds|includes',
  'located|situated',
  'made|produced',
  'died|passed away',
  'number|count|amount',
  'nearest|closest',
  'closest|nearest',
  'usually|normally|typically',
  'explain|describe',
  'describe|explain',
  'write|compose',
  'list|give',
  'mean|signify',
  'help|assist'
]

const SUBSTITUTES: ReadonlyMap<string, readonly string[]> = new Map(
  LINES.map((line) => line.split('|')).map(([word, ...others]) => [word!, others])
)

/** Words that carry the build of a sentence: leaving one out changes little but grammar. */
const OMISSIBLE: ReadonlySet<string> = new Set(
  'the a an that which please also just very really most exactly actually currently called named'.split(' ')
)

/**
 * Other wordings of `word`, '' for leaving it out, without the word itself. None for names, which are written with a
 * capital inside a sentence, and for numbers: another name or number is another question.
 */
export function substitutesFor(word: string, isFirst: boolean): readonly string[] {
  const lower = word.toLowerCase()
  if (/\p{N}/u.test(word) || (!isFirst && lower !== word)) return []
  const others = (SUBSTITUTES.get(lower) ?? []).map((other) => (lower === word ? other : capitalised(other)))
  return OMISSIBLE.has(lower) && !isFirst ? [...others, ''] : others
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
