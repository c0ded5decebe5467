import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { digestOf } from '../../src/store/digest.js'
import { NOTE, note, NOW } from '../fixtures/notes.js'
import { onBothSides, opened, type Side } from '../fixtures/sides.js'

const WRITER = fileURLToPath(new URL('../fixtures/store-writer.js', import.meta.url))
/** Of three creates and a remove: on either side of every statement, and after every commit. */
const BOUNDARIES = 18
const PAIRS_OF_KILLED = 3
const LONGEST_LIFE = 12

interface Line {
  readonly event: string
  readonly version: number
  readonly digest: string
}

const parse = (line: string): Line => {
  const [event = '', version, digest = ''] = line.split(' ')
  return { event, version: Number(version), digest }
}

/** Runs a writer until it dies, killed from outside after `lines` acknowledgements; what it had acknowledged. */
async function written(args: readonly string[], lines = Infinity): Promise<readonly Line[]> {
  const child = spawn(process.execPath, [WRITER, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (output.split('\n').length > lines) child.kill('SIGKILL')
  })
  const signal = await new Promise((resolve) => child.on('close', (_code, by) => resolve(by)))
  if (signal !== 'SIGKILL') throw new Error('the writer ended by itself')
  return output.split('\n').slice(0, -1).map(parse)
}

/** Everything acknowledged is there and whole, nothing is there twice, and the store goes on. */
async function check(t: Test, place: string, lines: readonly Line[]): Promise<void> {
  const kept = lines.filter(({ event }) => event === 'kept')
  const removed = new Set(lines.filter(({ event }) => event === 'removed').map(({ version }) => version))
  t.equal(new Set(kept.map(({ version }) => version)).size, kept.length, 'no version was given twice')
  const store = await opened(t, place)
  const documents = await store.dump({ kinds: [NOTE], name: null, version: null })
  const found = new Map(documents.map((document) => [document.version, document]))
  const lost = kept.filter(({ version, digest }) => !removed.has(version) && found.get(version)?.digest !== digest)
  // A writer that died after the commit of a removal had no time to tell of it.
  const untold = lost.filter(({ version }) => version % 3 !== 0)
  t.same(untold, [], `none of ${kept.length} acknowledged documents is lost`)
  t.notOk(
    documents.some(({ version }) => removed.has(version)),
    'none of the removed is back'
  )
  t.ok(
    documents.every((document) => digestOf(document) === document.digest),
    'none is torn'
  )
  const next = await store.collection(NOTE).create('shared', note(), NOW)
  t.ok(next.version > Math.max(0, ...kept.map(({ version }) => version)))
  t.equal(store.problem(), null)
}

async function crashes(t: Test, side: Side): Promise<void> {
  t.test('a process that dies between any two statements loses nothing that it acknowledged', async (t) => {
    const place = await side.place(t)
    await opened(t, place)
    const lines: Line[] = []
    for (let at = 1; at <= BOUNDARIES; at += 2) {
      const both = await Promise.all([written([place, `${at}`]), written([place, `${at + 1}`])])
      lines.push(...both.flat())
    }
    await check(t, place, lines)
  })

  t.test('nor do two that are killed from outside while they write the same name', async (t) => {
    const place = await side.place(t)
    await opened(t, place)
    const lines: Line[] = []
    for (let i = 0; i < PAIRS_OF_KILLED; i++) {
      const lives = [1, 2].map(() => 1 + Math.floor(Math.random() * LONGEST_LIFE))
      const both = await Promise.all(lives.map((life) => written([place], life)))
      lines.push(...both.flat())
    }
    await check(t, place, lines)
  })
}

onBothSides(t, crashes)
