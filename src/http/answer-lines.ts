import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { QualmError } from '../errors.js'
import { codedError } from './coded-error.js'
import { noteHoles } from './finite-guard.js'
import { inOrder } from './in-order.js'
import type { ParseJson } from './json.js'
import { splitLines, type Line } from './lines.js'
import { problemOf } from './problem.js'
import type { Validate } from './validators.js'

/** Media type of one JSON value a line. */
export const NDJSON = 'application/x-ndjson'

/** Fastify asks for an index signature that TypeBox's schemas do not have. */
const plain = (schema: object) => schema as Record<string, unknown>

/** How a stream of lines is answered. `answer` takes one valid body and gives one answer. */
export interface LineService<B> {
  readonly schema: object
  readonly resultSchema: object
  readonly answer: (body: B, line: number) => Promise<unknown>
}

export interface LineLimits {
  readonly lineLimitBytes: number
  readonly lineConcurrency: number
}

/** One line's way through parsing, validation and the service. */
class LineAnswerer<B> {
  readonly #request: FastifyRequest
  readonly #parse: ParseJson
  readonly #validate: Validate
  readonly #serialise: (result: unknown) => string
  readonly #answer: LineService<B>['answer']

  constructor(request: FastifyRequest, reply: FastifyReply, parse: ParseJson, service: LineService<B>) {
    this.#request = request
    this.#parse = parse
    this.#validate = request.compileValidationSchema(plain(service.schema), 'body') as unknown as Validate
    this.#serialise = reply.compileSerializationSchema(plain(service.resultSchema)) as (result: unknown) => string
    this.#answer = service.answer
  }

  /** The text of the answering line. Never rejects: a bad line is answered by its problem, and the rest go on. */
  async answer({ number, bytes }: Line): Promise<string> {
    let customId: string | null = null
    try {
      if (bytes === null) throw tooLong()
      const body = this.#parse(bytes)
      customId = customIdOf(body)
      const checked = this.#validate(body)
      if ('error' in checked) throw checked.error
      return `${this.#write(await this.#answer(checked.value as B, number))}\n`
    } catch (error) {
      return `${JSON.stringify({ custom_id: customId, line: number, error: this.#problem(error) })}\n`
    }
  }

  #write(result: unknown): string {
    const noted = noteHoles(result, this.#request)
    return noted === null ? this.#serialise(result) : JSON.stringify(noted)
  }

  #problem(error: unknown) {
    const coded = codedError(error)
    this.#request.server.metrics.refusal(coded.code)
    if (coded.cause !== undefined) this.#request.log.error({ err: coded, code: coded.code }, 'line failed')
    return problemOf(coded, { requestId: this.#request.id, url: this.#request.url })
  }
}

const tooLong = () =>
  new QualmError('QUALM_ERR_BODY_TOO_LARGE', 'Send a shorter line, or raise QUALM_LINE_LIMIT_BYTES.')

const LONGEST_ID = 256

function customIdOf(body: unknown): string | null {
  const id = typeof body === 'object' && body !== null ? (body as { custom_id?: unknown }).custom_id : undefined
  return typeof id === 'string' && id.length <= LONGEST_ID ? id : null
}

/** Answers every line of the body with one line, in order, each as soon as those before it are answered. */
export function answerLines<B>(
  request: FastifyRequest,
  reply: FastifyReply,
  parse: ParseJson,
  limits: LineLimits,
  service: LineService<B>
): FastifyReply {
  const answerer = new LineAnswerer(request, reply, parse, service)
  const lines = splitLines(request.body as Readable, limits.lineLimitBytes)
  const answers = inOrder(lines, limits.lineConcurrency, (line) => answerer.answer(line))
  return reply.type(`${NDJSON}; charset=utf-8`).send(Readable.from(answers))
}
