import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { newId } from '../core/id'
import { withTimeout } from '../core/with-timeout'
import { hasRoom } from '../db/disk-space'
import { withPlatform } from '../db/scope'
import { dataPath, env } from '../env'
import { readBacklog } from '../events/backlog'
import { readTails } from '../events/seal'
import { log } from '../log/log'
import { embeddingModel } from '../models/embeddings'
import { hasPgvector } from '../models/pgvector'

const answersWithinMs = 5000

type Check = { status: 'ok'; milliseconds: number } | { status: 'failing' }

async function check(name: string, attempt: () => Promise<unknown>): Promise<Check> {
  const started = performance.now()
  try {
    await withTimeout(answersWithinMs, name, attempt())
    return { status: 'ok', milliseconds: Math.round(performance.now() - started) }
  } catch (error) {
    log().warn({ err: error, check: name }, 'a health check failed')
    return { status: 'failing' }
  }
}

/** A disk that is full takes nothing, or soon will not. */
async function writeTo(folder: string) {
  if (!hasRoom(folder)) throw new Error(`there is hardly any room left in ${folder}`)
  const file = path.join(folder, `health.${newId()}`)
  try {
    await writeFile(file, Buffer.alloc(4096), { flush: true })
  } finally {
    await rm(file, { force: true })
  }
}

/** Work that was due so long ago and was not begun: the workers are gone, or too few. */
const lateMs = 10 * 60_000
/** Whoever asks more often is told the same. */
const freshMs = 5000

interface Seen {
  readAt: number
  /** When the first of what waits was due. */
  oldestDueAt: Date | undefined
  unsealed: { events: number; oldestAt: Date | undefined }
}

const store = globalThis as typeof globalThis & { __barazaBacklog?: Seen }

async function look(readAt: number): Promise<Seen> {
  const [[first], tails] = await Promise.all([readBacklog(), readTails()])
  const events = tails.reduce((sum, tail) => sum + tail.events, 0)
  const oldestAt = tails.map((tail) => tail.oldestAt).sort((a, b) => a.getTime() - b.getTime())[0]
  return { readAt, oldestDueAt: first?.oldestDueAt, unsealed: { events, oldestAt } }
}

interface Waiting {
  status: 'ok' | 'degraded'
  oldestSeconds?: number
}

/**
 * How long the oldest job or delivery of any workspace has waited, and how many events are not sealed yet, since when. It is seen, and
 * nobody is sent away for it.
 */
async function checkWaiting(): Promise<{ backlog: Waiting; sealing: Waiting & { unsealed?: number } }> {
  try {
    const now = Date.now()
    if (!store.__barazaBacklog || now - store.__barazaBacklog.readAt > freshMs)
      store.__barazaBacklog = await withTimeout(answersWithinMs, 'backlog', look(now))
    const { oldestDueAt, unsealed } = store.__barazaBacklog
    const since = (at: Date | undefined): Waiting => {
      const ms = at ? Math.max(0, now - at.getTime()) : 0
      return { status: ms > lateMs ? 'degraded' : 'ok', oldestSeconds: Math.round(ms / 1000) }
    }
    return { backlog: since(oldestDueAt), sealing: { ...since(unsealed.oldestAt), unsealed: unsealed.events } }
  } catch (error) {
    log().warn({ err: error, check: 'backlog' }, 'a health check failed')
    return { backlog: { status: 'degraded' }, sealing: { status: 'degraded' } }
  }
}

/** How articles are found. Without pgvector a model is of no use: that is seen, and all else works. */
async function checkSearch(): Promise<{ status: 'ok' | 'degraded'; by: 'words' | 'meaning'; missing?: string }> {
  if (!embeddingModel()) return { status: 'ok', by: 'words' }
  const isThere = await withTimeout(answersWithinMs, 'pgvector', hasPgvector()).catch(() => false)
  return isThere ? { status: 'ok', by: 'meaning' } : { status: 'degraded', by: 'words', missing: 'pgvector' }
}

/**
 * Whether the installation can serve: the database answers, and the data folder takes what is written. What is `degraded`
 * serves, and somebody should look.
 */
export async function checkHealth(folder = dataPath()): Promise<Response> {
  const [database, disk] = await Promise.all([
    check('database', () => withPlatform((tx) => tx.$queryRaw`SELECT 1`)),
    // There is no disk on Vercel.
    env().VERCEL ? null : check('disk', () => writeTo(folder)),
  ])
  const checks = { database, ...(disk ? { disk } : {}) }
  const isOk = Object.values(checks).every(({ status }) => status === 'ok')
  const headers = isOk ? undefined : { 'retry-after': '10' }
  // Asked of a database that answers.
  const [waiting, search] = isOk ? await Promise.all([checkWaiting(), checkSearch()]) : [null, null]
  const isLate = waiting?.backlog.status === 'degraded' || waiting?.sealing.status === 'degraded' || search?.status === 'degraded'
  const status = !waiting ? 'failing' : isLate ? 'degraded' : 'ok'
  return Response.json({ status, checks: { ...checks, ...waiting, ...(search ? { search } : {}) } }, { status: isOk ? 200 : 503, headers })
}
