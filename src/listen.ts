/** Where the service listens when nothing says otherwise. */
export const LISTEN_DEFAULTS = { host: '127.0.0.1', port: 8080 } as const
