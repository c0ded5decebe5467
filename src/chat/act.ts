/** What follows from the uncertainty of a whole answer, before it is sent. */
import type { Assessed } from './contract.js'

/** A whole answer as JSON text, and its uncertainty. */
export interface Judged {
  readonly text: string
  readonly assessed: Assessed
}

/** The answer that the caller gets. Answers are marked by their `uncertainty` and otherwise left as they are. */
export async function act(judged: Judged): Promise<Judged> {
  return judged
}
