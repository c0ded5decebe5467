import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { packageRoot } from '../src/package-root.js'

const lines = readFileSync(new URL('Dockerfile', packageRoot()), 'utf8').replaceAll('\\\n', ' ').split('\n')
const having = (word: string): string[] => lines.filter((line) => line.trim().startsWith(word))

t.test('everything that the image copies from the repository is in it', async (t) => {
  const sources = having('COPY')
    .filter((line) => !line.includes('--from='))
    .flatMap((line) => line.split(/\s+/).slice(1, -1))
    .filter((word) => !word.startsWith('--'))
  t.ok(sources.length > 0)
  for (const source of sources) t.ok(existsSync(new URL(source, packageRoot())), source)
})

t.test('the health check and the command need no shell and name a file that the build makes', async (t) => {
  for (const line of [...having('HEALTHCHECK'), ...having('CMD')]) {
    const command = JSON.parse(line.slice(line.indexOf('['))) as string[]
    const script = command.find((word) => word.endsWith('.js'))!
    const source = script.replace(/^dist\//, '').replace(/\.js$/, '.ts')
    t.ok(command[0] === 'node' && existsSync(new URL(source, packageRoot())), line)
  }
})

t.test('the container does not run as root and stops on SIGTERM', async (t) => {
  t.match(having('USER')[0], /^USER 1000:1000$/)
  t.match(having('STOPSIGNAL')[0], /SIGTERM/)
})
