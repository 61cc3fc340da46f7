import { expect, it } from 'vitest'
import { asBackground } from '../core/background'
import { withTenant } from '../db/scope'
import { makeTenant, makeTicket } from '../testing/factories'
import { openTestPostgres } from '../testing/postgres'
import { only } from '../testing/subscribers'
import { claimDue } from './claim'
import { deliverAll } from './relay'

openTestPostgres()

it('is planned each time, by how much there is then: what was planned while little waited could take minutes', async () => {
  const tenant = await makeTenant('claims')
  const names = await asBackground(async () => {
    await makeTicket(tenant)
    await deliverAll(tenant.ref, only({}), { paceMs: 0 })
    return withTenant(tenant.ref, async (tx) => {
      for (let n = 0; n < 6; n++) await claimDue(tx, tenant.ref.id, false, 4)
      return tx.$queryRaw`SELECT name FROM pg_prepared_statements WHERE statement LIKE '%FROM event_delivery d%'`
    })
  })
  expect(names).toEqual([])
})
