import { expect, it } from 'vitest'
import { asBackground } from '../core/background'
import { newId } from '../core/id'
import { makeTenant } from '../testing/factories'
import { openTestPostgres } from '../testing/postgres'
import { plannedOnce } from './prepared'
import { isolated, type TenantTx, withTenant } from './scope'
import { describeIsolation } from './scope.suite'

openTestPostgres()
describeIsolation()

it('plans once in the background what says so, and all else as the database thinks best, also after a part was taken back', async () => {
  const tenant = await makeTenant('planned')
  const once = (tx: TenantTx) => tx.$queryRaw`SELECT ${plannedOnce} name AS planned FROM contact WHERE id = ANY(${[newId()]}::uuid[])`
  const each = (tx: TenantTx) => tx.$queryRaw`SELECT name AS planned FROM contact WHERE id = ANY(${[newId()]}::uuid[])`
  const failing = (tx: TenantTx) =>
    isolated(async () => {
      await once(tx)
      throw new Error('taken back')
    }).catch(() => {})
  const plans = await asBackground(() =>
    withTenant(tenant.ref, async (tx) => {
      for (const ask of [once, once, each, each, each, failing, once, each]) await ask(tx)
      return tx.$queryRaw`SELECT statement LIKE ${`%${plannedOnce.sql}%`} AS "isOnce", generic_plans::int AS generic, custom_plans::int AS custom
        FROM pg_prepared_statements WHERE statement LIKE '%AS planned FROM%' ORDER BY 1`
    }),
  )
  expect(plans).toEqual([
    { isOnce: false, generic: 0, custom: 2 },
    { isOnce: true, generic: 2, custom: 0 },
  ])
})
