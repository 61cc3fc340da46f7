import { readFileSync } from 'node:fs'
import { afterAll, beforeAll } from 'vitest'
import { drainBackground } from '../core/background'
import { closeConnection, setConnection } from '../db/connection'
import { openEmbedded } from '../db/embedded'
import { stopListening } from '../db/notify'
import { forgetRateLimits } from '../procedure/rate-limit'
import { stopRealtime } from '../realtime/node'
import { forgetAllHosts } from '../tenancy/resolve'

/** Gives the test file a fresh migrated database of its own. */
export function openTestDatabase() {
  beforeAll(async () => {
    const { pool, close } = await openEmbedded({ template: new Blob([readFileSync(process.env.TEST_DATABASE_TEMPLATE as string)]) })
    setConnection({ kind: 'embedded', pool, close })
    forgetAllHosts()
    forgetRateLimits()
  })
  afterAll(async () => {
    await drainBackground()
    await stopRealtime()
    await stopListening()
    await closeConnection()
  })
}
