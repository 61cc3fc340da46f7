import { beforeAll, expect, it } from 'vitest'
import { permissionNames, readsOnly } from '../actor/permissions'
import { forgetRateLimits } from '../procedure/rate-limit'
import type { ResolvedTenant } from '../tenancy/resolve'
import { requestOf, sample, targets } from '../testing/attack'
import { openTestDatabase } from '../testing/database'
import { makePerson, makeTenant, makeTicket, send } from '../testing/factories'

openTestDatabase()

/** Whatever is not asked with GET and does not say that it changes nothing. */
const changing = targets.filter(
  ({ method, meta }) => method !== 'GET' && !meta.changesNothing && meta.audience !== 'public' && meta.audience !== 'platform',
)

let tenant: ResolvedTenant
let authorization: string
beforeAll(async () => {
  tenant = await makeTenant('reading')
  const owner = await makePerson(tenant, 'owner')
  const scopes = permissionNames.filter(readsOnly)
  const { token } = (await (await owner.request('POST', '/users/tokens', { name: 'Reads', scopes })).json()) as { token: string }
  authorization = `Bearer ${token}`
})

it('a token that may read everything reads', async () => {
  const { id } = await makeTicket(tenant)
  for (const path of [`/ticket/${id}`, '/contacts', '/views'])
    expect((await send(tenant, 'GET', path, undefined, { authorization })).status, path).toBe(200)
})

it.each(changing)('a token that only reads may not: $name', async (target) => {
  forgetRateLimits()
  const answer = await send(tenant, ...requestOf(target, sample(target)), { authorization })
  expect(answer.status, await answer.clone().text()).toBe(403)
})
