import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { drainBackground } from '../core/background'
import { withTenant } from '../db/scope'
import { defineJob, type Job } from '../jobs/define'
import { enqueueJob } from '../jobs/enqueue'
import { runJob } from '../jobs/run'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../testing/factories'
import { only } from '../testing/subscribers'
import { jobs } from '../wiring/jobs'
import { findSubscriber } from './registry'
import { deliverAll } from './relay'

openTestDatabase()

const hopeless = defineJob({
  id: 'test.hopeless',
  title: 'tidyDatabase',
  input: z.object({}),
  retries: 0,
  run: () => Promise.reject(new Error('no')),
})
let tenant: ResolvedTenant
let owner: TestPerson
let agent: TestPerson
beforeAll(() => {
  jobs.push(hopeless as Job)
  return () => void jobs.splice(jobs.indexOf(hopeless as Job), 1)
})
beforeEach(async () => {
  tenant = await makeTenant()
  owner = await makePerson(tenant, 'owner')
  agent = await makePerson(tenant, 'agent')
  await drainBackground()
})

const told = async (who: TestPerson) => {
  await drainBackground()
  const { items } = (await (await who.request('GET', '/notifications')).json()) as {
    items: { type: string; title: string; href: string; count: number }[]
  }
  return items.filter(({ type }) => type === 'work_failed').map(({ title, href, count }) => ({ title, href, count }))
}
const countOf = (type: string) => inWork(tenant, ({ tx }) => tx.event.count({ where: { type } }))

async function failJob() {
  await runJob(await withTenant(tenant.ref, (tx) => enqueueJob({ tx, tenantId: tenant.ref.id }, hopeless, {})))
}

/** Lets every delivery to a consumer fail for good. */
async function failDeliveries(subscriber: string) {
  const failing = only({ [subscriber]: { handle: () => Promise.reject(new Error('no')) } })
  for (let tries = 0; tries < 4; tries++) {
    await inWork(tenant, ({ tx }) =>
      tx.eventDelivery.updateMany({ where: { subscriber, status: 'pending' }, data: { dueAt: new Date(1) } }),
    )
    await deliverAll(tenant.ref, (name) => failing(name) ?? findSubscriber(name))
  }
}

/** An event of a ticket that was not delivered to a consumer yet. */
async function undelivered(subscriber: string) {
  await makeTicket(tenant)
  await drainBackground()
  await inWork(tenant, ({ tx }) =>
    tx.eventDelivery.updateMany({ where: { subscriber, event: { type: 'ticket.created' } }, data: { status: 'pending', attempts: 0 } }),
  )
}

describe('admins', () => {
  it('are told of dead jobs once in a burst, and where to run them again', async () => {
    for (let n = 0; n < 5; n++) await failJob()
    expect(await told(owner)).toEqual([
      { title: 'A background job failed: Optimise the embedded database', href: '/settings/jobs', count: 1 },
    ])
    expect(await told(agent)).toEqual([])
    expect(await countOf('job.died')).toBe(1)
  })

  it('are told of dead deliveries', async () => {
    await undelivered('search.index')
    await failDeliveries('search.index')
    expect(await told(owner)).toEqual([{ title: 'An event could not be delivered', href: '/settings/jobs', count: 1 }])
    expect(await countOf('delivery.died')).toBe(1)
  })

  it('are not told for ever that they could not be told', async () => {
    await failJob()
    await drainBackground()
    const subscriber = 'notifications.create'
    await inWork(tenant, ({ tx }) =>
      tx.eventDelivery.updateMany({ where: { subscriber, event: { type: 'job.died' } }, data: { status: 'pending', attempts: 0 } }),
    )
    await failDeliveries(subscriber)
    const where = { subscriber, event: { type: 'job.died' } }
    expect(await inWork(tenant, ({ tx }) => tx.eventDelivery.findMany({ where, select: { status: true } }))).toEqual([{ status: 'dead' }])
    expect(await countOf('delivery.died')).toBe(0)
  })
})
