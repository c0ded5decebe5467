/** The end of a streamed answer, held until it is known whether more text follows: clients stop reading at it. */
import { eventOf, readEvent } from './events.js'
import { isJson, readObject } from './incoming.js'
import { applyEdits, membersNamed, objectTree, replaceValue } from './splice.js'

type Event = string | Uint8Array
type Json = Readonly<Record<string, unknown>>

const choicesIn = (chunk: Json | null): readonly Json[] =>
  Array.isArray(chunk?.['choices']) ? (chunk['choices'] as readonly unknown[]).filter(isJson) : []

/** The first choice of a chunk, when it ends there. */
function endingIn(chunk: Json | null): Json | null {
  const first = choicesIn(chunk).find(({ index }) => (index ?? 0) === 0)
  return first !== undefined && typeof first['finish_reason'] === 'string' ? first : null
}

const saysSomething = ({ delta }: Json): boolean =>
  isJson(delta) && Object.values(delta).some((value) => value !== null && value !== '')

/** The chunk as if its first choice went on. */
function goingOn(data: string): string {
  const choices = membersNamed(objectTree(data)!, 'choices')[0]?.children?.[1]?.children ?? []
  const first = choices.find((choice) => (membersNamed(choice, 'index')[0]?.children?.[1]?.value ?? 0) === 0)
  const ends = first === undefined ? [] : membersNamed(first, 'finish_reason')
  return applyEdits(
    data,
    ends.map((member) => replaceValue(member, 'null'))
  )
}

/** Whether a chunk is about other choices, whose words come on. */
const isOfOthers = (chunk: Json | null): boolean => choicesIn(chunk).length > 0

/** Holds the end of the first choice of one stream, and what is said of the whole behind it. */
export class HeldEnd {
  readonly #mayFollow: boolean
  #held: Event[] = []

  /** @param mayFollow false: nothing is ever held */
  constructor(mayFollow: boolean) {
    this.#mayFollow = mayFollow
  }

  /** What goes out at once; empty where all of it is held. Words are never held, only that they were the last. */
  pass(event: Event): Event {
    if (!this.#mayFollow) return event
    const read = readEvent(typeof event === 'string' ? Buffer.from(event) : event)
    const chunk = read === null ? null : readObject(read.data)
    if (this.#held.length > 0) {
      if (isOfOthers(chunk)) return event
      this.#held.push(event)
      return ''
    }
    const ending = endingIn(chunk)
    if (read === null || ending === null) return event
    if (!choicesIn(chunk).some(saysSomething)) {
      this.#held.push(event)
      return ''
    }
    const { index = 0, finish_reason: reason } = ending
    const end = { index, delta: {}, logprobs: null, finish_reason: reason }
    this.#held.push(eventOf(JSON.stringify({ ...chunk, usage: undefined, choices: [end] })))
    return read.with(goingOn(read.data))
  }

  /** What was held, in order. */
  release(): readonly Event[] {
    const held = this.#held
    this.#held = []
    return held
  }
}
