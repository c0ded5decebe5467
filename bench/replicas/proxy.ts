/**
 * A plain round-robin HTTP proxy in a process of its own: request n goes to address n modulo their number, and waits here
 * while that one has as many at once as it may.
 */
import { Agent, createServer, request } from 'node:http'

const targets = process.env['TARGETS']!.split(',').map((url) => new URL(url))
/** An agent counts for each address. */
const agent = new Agent({ keepAlive: true, maxSockets: Number(process.env['AT_ONCE']) })
let turn = 0

const server = createServer((incoming, outgoing) => {
  const { hostname, port } = targets[turn++ % targets.length]!
  const { method, url: path, headers } = incoming
  const asked = request({ agent, hostname, port, method, path, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode!, answer.headers)
    answer.pipe(outgoing)
  })
  asked.on('error', () => outgoing.writeHead(502).end())
  incoming.pipe(asked)
})
process.once('SIGTERM', () => process.exit(0))
server.listen(Number(process.env['PORT']), '127.0.0.1')
