/**
 * English words that bind a sentence together and state nothing by themselves. Negations, yes and no, and words of
 * quantity are left out on purpose: a claim can hang on them. Words of other languages never match.
 */
const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  [
    'a an the this that these those',
    'i me my mine we us our ours you your yours he him his she her hers it its they them their theirs',
    'who whom whose which what there here',
    'am is are was were be been being do does did doing have has had having',
    'will would shall should can could may might must',
    'and or but if because as so than then though although while',
    'of at by for with about into through to from in on onto upon up out off over under',
    "it's that's there's he's she's i'm you're we're they're i've we've you've they've"
  ]
    .join(' ')
    .split(' ')
)

/** True when every word of `text` is an English function word; case and the form of the apostrophe do not matter. */
export function isFunctionWord(text: string): boolean {
  return text
    .toLowerCase()
    .replaceAll('’', "'")
    .split(/\s+/u)
    .every((word) => FUNCTION_WORDS.has(word))
}
