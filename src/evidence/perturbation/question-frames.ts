/** Other ways to put a question that leave its words alone: something before it, after it, or its words in other order. */

type Frame = (question: string) => string

/** Frames that hold no words, for questions in any language. */
const WORDLESS: readonly Frame[] = [
  (question) => `Q: ${question}\nA:`,
  (question) => `"${question}"`,
  (question) => `${question}\n\n${question}`,
  (question) => `- ${question}`,
  (question) => `1. ${question}`,
  (question) => `> ${question}`,
  (question) => `(${question})`,
  (question) => `**${question}**`,
  (question) => `## ${question}`,
  (question) => `… ${question}`
]

const FOR_QUESTIONS: readonly Frame[] = [
  (question) => `Q: ${question}\nA:`,
  (question) => `Please answer: ${question}`,
  (question) => `I would like to know: ${question}`,
  (question) => `Can you tell me? ${question}`,
  (question) => `Here is a question for you. ${question}`,
  (question) => `Question: ${question}\nAnswer:`,
  (question) => `Tell me: ${question}`,
  (question) => `${question} What is the answer?`,
  (question) => `Do you know the answer to this? ${question}`,
  (question) => `I was asked this: ${question}`
]

const FOR_REQUESTS: readonly Frame[] = [
  (request) => `Please do the following: ${request}`,
  (request) => `I would like this: ${request}`,
  (request) => `Here is my request. ${request}`,
  (request) => `Could you help me with this? ${request}`,
  (request) => `Request: ${request}\nResponse:`,
  (request) => `${request} Thank you.`,
  (request) => `This is what I need: ${request}`,
  (request) => `Please help. ${request}`,
  (request) => `Task: ${request}`,
  (request) => `I was asked to do this: ${request}`
]

const COPULA = /^(what|who|where|when) (is|are|was|were) (.+?)\s*\?$/iu
const SUBJECT_QUESTION = /^(what|who|which|whose|how many|how much) (.+?)\s*\?$/iu
const AUXILIARY =
  /\b(is|are|was|were|am|be|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must)\b/iu
/** A participle at the end belongs to the verb that would be moved away from it. */
const ENDS_WITH_PARTICIPLE = /\b(called|named|known|found|made|born|built|written|spoken|located|\p{L}+ed)$/iu

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** "What is X?" → "Tell me what X is."; "Who wrote X?" → "Tell me who wrote X." Null where the order is not so plain. */
function indirect(question: string): string | null {
  const copula = COPULA.exec(question)
  if (copula !== null) {
    const [, word, verb, rest] = copula
    return ENDS_WITH_PARTICIPLE.test(rest!) ? null : `Tell me ${word!.toLowerCase()} ${rest!} ${verb!}.`
  }
  const subject = SUBJECT_QUESTION.exec(question)
  if (subject === null || AUXILIARY.test(subject[2]!)) return null
  return `Tell me ${subject[1]!.toLowerCase()} ${subject[2]!}.`
}

/** "What is X?" → "X is what?" Null for other questions. */
function wordMoved(question: string): string | null {
  const copula = COPULA.exec(question)
  if (copula === null || ENDS_WITH_PARTICIPLE.test(copula[3]!)) return null
  return `${capitalised(copula[3]!)} ${copula[2]!} ${copula[1]!.toLowerCase()}?`
}

/** Words that hardly any English question goes without. */
const ENGLISH = /\b(what|who|whose|which|where|when|why|how|the|is|are|was|of|in|to|an?|do|does|did|please|name)\b/iu

/** Whether words of English may stand beside `question` without changing the language that it is answered in. */
export function isEnglish(question: string): boolean {
  return ENGLISH.test(question) && !/[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u.test(question)
}

/**
 * The frames that fit `question`, apt ones first, at least ten; each may be laid around an edited form of it. A frame that
 * does not fit such a form gives the form unchanged.
 */
export function framesFor(question: string): readonly Frame[] {
  const trimmed = question.trim()
  if (!isEnglish(trimmed)) return WORDLESS
  if (!trimmed.endsWith('?')) return FOR_REQUESTS
  const reorderings = [indirect, wordMoved].filter((reordering) => reordering(trimmed) !== null)
  return [
    ...reorderings.map(
      (reordering): Frame =>
        (form) =>
          reordering(form) ?? form
    ),
    ...FOR_QUESTIONS
  ]
}
