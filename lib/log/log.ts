import pino from 'pino'
import { env } from '../env'

const store = globalThis as typeof globalThis & { __barazaLog?: pino.Logger }

/** JSON lines with ids; secrets never reach it. */
export function log(): pino.Logger {
  store.__barazaLog ??= pino({
    level: env().LOG_LEVEL,
    base: undefined,
    redact: { paths: ['password', '*.password', 'authorization', '*.authorization', 'cookie', '*.cookie'], remove: true },
  })
  return store.__barazaLog
}
