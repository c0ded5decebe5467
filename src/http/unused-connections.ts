import type { Server, Socket } from 'node:net'

/**
 * Connections over which nothing has come yet, as browsers and connection pools open them ahead. Node counts them as busy,
 * so a graceful stop would wait for them until they time out.
 */
export class UnusedConnections {
  readonly #open = new Set<Socket>()

  constructor(server: Server) {
    server.on('connection', (socket) => {
      this.#open.add(socket)
      socket.once('close', () => this.#open.delete(socket))
    })
  }

  /** Closes those that have still sent nothing. */
  close(): void {
    for (const socket of this.#open) if (socket.bytesRead === 0) socket.destroy()
  }
}
