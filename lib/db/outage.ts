import { log } from '../log/log'
import { english } from '../text/translator'

/** What the product stands on and cannot do without. */
export type Outage = 'disk' | 'database'

const diskFull = new Set(['ENOSPC', 'EDQUOT', 'EROFS', '53100'])
/** Codes of Node, of PostgreSQL (classes 08 and 57P) and of Prisma for a server that is not there, or not for us now. */
const unreachable = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|EPIPE|08\w{3}|57P0[1-3]|53300|P1001|P1002|P1017)$/
/** What `pg` and Prisma say without a code. */
const saysUnreachable =
  /Connection terminated|is not queryable|timeout exceeded when trying to connect|Can't reach database|Unable to start a transaction|Server has closed the connection/

interface Told {
  code?: unknown
  originalCode?: unknown
  message?: unknown
  cause?: unknown
  errors?: unknown[]
  meta?: { driverAdapterError?: unknown }
}

/** What an error says, and those that it wraps. */
function* saidIn(error: unknown, depth = 0): Generator<{ codes: string[]; message: string }> {
  if (typeof error !== 'object' || error === null || depth > 5) return
  const { code, originalCode, message, cause, errors, meta } = error as Told
  const codes = [code, originalCode].filter((given) => typeof given === 'string')
  yield { codes, message: typeof message === 'string' ? message : '' }
  for (const inner of [cause, meta?.driverAdapterError, ...(errors ?? [])]) yield* saidIn(inner, depth + 1)
}

/** Whether an error means that the disk is full or the database away, however deep it is wrapped; null for any other. */
export function outageOf(error: unknown): Outage | null {
  for (const { codes, message } of saidIn(error)) {
    if (codes.some((code) => diskFull.has(code))) return 'disk'
    if (codes.some((code) => unreachable.test(code)) || saysUnreachable.test(message)) return 'database'
  }
  return null
}

/** Unique violation, serialization failure and deadlock, as PostgreSQL and Prisma number them. */
const collided = new Set(['23505', '40001', '40P01', 'P2002', 'P2034'])

/** Whether an error means that two did the same in the same moment, and this one came second. */
export const isCollision = (error: unknown): boolean => [...saidIn(error)].some(({ codes }) => codes.some((code) => collided.has(code)))

/** For what is answered outside a procedure: an outage is a 503 that says when to come back. */
export async function unlessOutage(answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer()
  } catch (error) {
    if (!outageOf(error)) throw error
    log().error({ err: error }, 'a request was put off')
    return new Response(english('errors.codes.UNAVAILABLE'), { status: 503, headers: { 'retry-after': '10' } })
  }
}
