import { afterEach, expect, it, vi } from 'vitest'
import { withPlatform } from '../db/scope'
import { makeTenant } from '../testing/factories'
import { openTestPostgres } from '../testing/postgres'
import { overdueTenants } from './purge'
import { describePurge } from './purge.suite'

openTestPostgres()
describePurge()

afterEach(() => void vi.useRealTimers())

// The embedded database has the clock of the process.
it('goes by the clock of the database: one process whose own is wrong purges nothing early', async () => {
  const { ref } = await makeTenant('purge-clock')
  await withPlatform((tx) => tx.tenant.update({ where: { id: ref.id }, data: { deletedAt: new Date() } }))
  vi.useFakeTimers({ now: Date.now() + 40 * 86_400_000, toFake: ['Date'] })
  expect((await overdueTenants()).map(({ id }) => id)).not.toContain(ref.id)
})
