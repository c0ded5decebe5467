/** The end of a streamed answer, held until it is known whether more text follows: clients stop reading at it. */
import { eventOf, readEvent } from './events.js'
import { isJson, readObject } from './incoming.js'
import { applyEdits, membersNamed, objectTree, replaceValue } from './splice.js'

type Event = string | Uint8Array
type Json = Readonly<Record<string, unknown>>

/** The first choice of a chunk, when it ends there. */
function endingIn(chunk: Json | null): Json | null {
  const choices = Array.isArray(chunk?.['choices']) ? (chunk['choices'] as readonly unknown[]) : []
  const first = choices.filter(isJson).find(({ index }) => (index ?? 0) === 0)
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

/** Holds the events of one stream from the end of its first choice on. */
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
    if (this.#held.length > 0) {
      this.#held.push(event)
      return ''
    }
    const read = readEvent(typeof event === 'string' ? Buffer.from(event) : event)
    const chunk = read === null ? null : readObject(read.data)
    const ending = endingIn(chunk)
    if (read === null || ending === null) return event
    if (!saysSomething(ending)) {
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
