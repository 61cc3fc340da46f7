import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { newId } from '../core/id'
import { withTimeout } from '../core/with-timeout'
import { hasRoom } from '../db/disk-space'
import { withPlatform } from '../db/scope'
import { dataPath, env } from '../env'
import { log } from '../log/log'

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

/** Whether the installation can serve: the database answers, and the data folder takes what is written. */
export async function checkHealth(folder = dataPath()): Promise<Response> {
  const [database, disk] = await Promise.all([
    check('database', () => withPlatform((tx) => tx.$queryRaw`SELECT 1`)),
    // There is no disk on Vercel.
    env().VERCEL ? null : check('disk', () => writeTo(folder)),
  ])
  const checks = { database, ...(disk ? { disk } : {}) }
  const isOk = Object.values(checks).every(({ status }) => status === 'ok')
  const headers = isOk ? undefined : { 'retry-after': '10' }
  return Response.json({ status: isOk ? 'ok' : 'failing', checks }, { status: isOk ? 200 : 503, headers })
}
