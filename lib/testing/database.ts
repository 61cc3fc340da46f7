import { readFileSync } from 'node:fs'
import { afterAll, beforeAll } from 'vitest'
import { drainBackground } from '../core/background'
import { closeConnection, setConnection } from '../db/connection'
import { openEmbedded } from '../db/embedded'
import { stopListening } from '../db/notify'
import { forgetPrepared } from '../db/prepared'
import { stopJobRunner } from '../jobs/embedded'
import { forgetRateLimits } from '../procedure/rate-limit'
import { stopRealtime } from '../realtime/node'
import { forgetAllHosts } from '../tenancy/resolve'

/** What a process remembers of its database. */
export function forgetEverything() {
  forgetAllHosts()
  forgetRateLimits()
  forgetPrepared()
}

export async function closeTestDatabase() {
  await drainBackground()
  await stopJobRunner()
  await stopRealtime()
  await stopListening()
  await closeConnection()
}

/** Reading a Blob takes longer than the rest of opening one: its bytes are handed over as they are. */
class Template extends Blob {
  override arrayBuffer = async () => readFileSync(process.env.TEST_DATABASE_TEMPLATE as string).buffer
}

/** Gives the test file a fresh migrated database of its own. */
export function openTestDatabase() {
  beforeAll(async () => {
    const { pool, close } = await openEmbedded({ template: new Template() })
    setConnection({ kind: 'embedded', pool, close })
    forgetEverything()
  })
  afterAll(closeTestDatabase)
}
