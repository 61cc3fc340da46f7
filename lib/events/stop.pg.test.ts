import { expect, it } from 'vitest'
import { finishBackground, inBackground } from '../core/background'
import { newId } from '../core/id'
import { withTenant } from '../db/scope'
import { env } from '../env'
import { inWork, makeTenant } from '../testing/factories'
import { openTestPostgres } from '../testing/postgres'
import { only } from '../testing/subscribers'
import { deliverAll } from './relay'
import { wakeSealer } from './seal'

openTestPostgres()

const paceMs = 400

async function openDesk(slug: string) {
  const tenant = await makeTenant(slug)
  await withTenant(tenant.ref, (tx) => tx.eventDelivery.deleteMany())
  const leave = (attempts = 0) =>
    withTenant(tenant.ref, async (tx) => {
      const common = { tenantId: tenant.ref.id, type: 'mail.received', actorKind: 'system', payload: {}, requestId: 'x' }
      const data = { ...common, id: newId(), subjectId: newId(), occurredAt: new Date() }
      const { id, n } = await tx.event.create({ data, select: { id: true, n: true } })
      const at = { tenantId: tenant.ref.id, eventId: id, n, subscriber: 'mail.ingest', orderingKey: id, dueAt: new Date(Date.now() - 1000) }
      await tx.eventDelivery.create({ data: { ...at, attempts } })
    })
  return { tenant, leave }
}

it('a relay that waits for more begins nothing once the process is to end', async () => {
  const { tenant, leave } = await openDesk('relay-stop')
  await leave()
  const seen: string[] = []
  let state = 'before'
  const find = only({ 'mail.ingest': { handle: async () => void seen.push(state) } })
  inBackground(
    'relay:stop',
    () => deliverAll(tenant.ref, find, { paceMs }),
    () => {},
  )
  await expect.poll(() => seen).toEqual(['before'])
  await leave()
  state = 'after'
  await finishBackground()
  expect(seen).toEqual(['before'])
})

it('a sealer that waits for more seals what is there when the process is to end', async () => {
  const { tenant } = await openDesk('seal-stop')
  const unsealed = () => withTenant(tenant.ref, (tx) => tx.event.count({ where: { seq: null } }))
  env().JOBS = 'on'
  wakeSealer(tenant.ref, paceMs)
  await expect.poll(unsealed).toBe(0)
  env().JOBS = 'off'
  await inWork(tenant, async ({ emit }) => emit('mail.ignored', { reason: 'late' }))
  env().JOBS = 'on'
  wakeSealer(tenant.ref, paceMs)
  env().JOBS = 'off'
  await finishBackground()
  expect(await unsealed()).toBe(0)
})

it('what is tried again one by one is not paced while more of it waits', async () => {
  const { tenant, leave } = await openDesk('again')
  for (let n = 0; n < 4; n++) await leave(1)
  const at: number[] = []
  const find = only({ 'mail.ingest': { handle: async () => void at.push(performance.now()) } })
  await deliverAll(tenant.ref, find, { paceMs: 1000 })
  expect(at).toHaveLength(4)
  expect((at.at(-1) as number) - (at[0] as number)).toBeLessThan(1000)
})
