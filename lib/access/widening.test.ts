import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../core/background'
import { newId } from '../core/id'
import { withOwner } from '../db/owner'
import { withPlatform } from '../db/scope'
import { installJobRunner } from '../jobs/embedded'
import { runJob } from '../jobs/run'
import type { ResolvedTenant } from '../tenancy/resolve'
import { openTestDatabase } from '../testing/database'
import { inWork, makePerson, makeTenant, makeTicket, type TestPerson } from '../testing/factories'

openTestDatabase()

/**
 * Every way to let someone see a ticket: it works for who sees the ticket, and is refused to an agent who may do all of
 * this and does not see it.
 */
interface World {
  /** In a department that the agent is not in. */
  ticketId: string
  departmentId: string
  /** Who asked it, and belongs to an organisation. */
  victimId: string
  organisation: { id: string; version: number; name: string }
  /** Who is to see it: a customer with an account. */
  accomplice: TestPerson
  accompliceId: string
  /** Or a colleague. */
  colleague: TestPerson
}

let tenant: ResolvedTenant
let owner: TestPerson
let agent: TestPerson
let counter = 0

beforeAll(async () => {
  await withOwner(installJobRunner)
  tenant = await makeTenant('widening')
  owner = await makePerson(tenant, 'owner')
  const permissions = ['ticket.view', 'ticket.update', 'contact.view', 'contact.manage', 'contact.import', 'person.view', 'person.manage']
  const role = await created(
    owner.request('POST', '/roles', { name: 'Clerk', permissions: [...permissions, 'role.manage', 'department.manage'] }),
  )
  agent = await makePerson(tenant, 'agent', { customRoleId: role.id })
})

const created = async <T = { id: string; version: number; name: string }>(answer: Promise<Response>): Promise<T> => {
  const response = await answer
  expect(response.status, await response.clone().text()).toBeLessThan(300)
  return (await response.json()) as T
}

const contactOf = (email: string) =>
  inWork(tenant, async ({ tx }) => (await tx.contactAddress.findFirstOrThrow({ where: { email } })).contactId)

async function makeWorld(sharesTickets: boolean): Promise<World> {
  const n = ++counter
  const department = await created(owner.request('POST', '/department', { name: `Finance ${n}` }))
  const email = `victim${n}@corp${n}.test`
  const { id: ticketId } = await makeTicket(tenant, { email, departmentId: department.id })
  const name = `Corp ${n}`
  await created(owner.request('POST', '/organisations', { name, domains: [`corp${n}.test`], sharesTickets }))
  const accomplice = await makePerson(tenant, 'customer')
  const asked = await accomplice.request('POST', '/ticket', { title: 'Mine', description: 'x' })
  expect(asked.status).toBe(201)
  const { items } = (await (await owner.request('GET', `/organisations?q=${encodeURIComponent(name)}`)).json()) as {
    items: World['organisation'][]
  }
  return {
    ticketId,
    departmentId: department.id,
    victimId: await contactOf(email),
    organisation: items.find((each) => each.name === name) as World['organisation'],
    accomplice,
    accompliceId: await contactOf(accomplice.email),
    colleague: await makePerson(tenant, 'agent'),
  }
}

const contactBody = async (id: string) => {
  const { version, name, emails, organisation } = await created<{
    version: number
    name: string
    emails: string[]
    organisation: { id: string } | null
  }>(owner.request('GET', `/contacts/${id}`))
  return { version, name, emails, organisationId: organisation?.id ?? null }
}

async function importing(who: TestPerson, csv: string, onKnown: string) {
  const mapping = { Email: 'email', Company: 'organisation' }
  const answer = await who.request('POST', '/contacts/import', { csv, mapping, onKnown })
  const jobs = await withPlatform((tx) =>
    tx.job.findMany({ where: { tenantId: tenant.ref.id, name: 'contacts.import', status: 'queued' } }),
  )
  for (const { id } of jobs) await runJob(id)
  const { id } = (await answer.clone().json()) as { id: string }
  const { problems } = (await (await who.request('GET', `/contacts/import/${id}`)).json()) as { problems: unknown[] }
  return { status: problems.length > 0 ? 403 : answer.status }
}

interface Way {
  sharesTickets: boolean
  /** Who sees the ticket afterwards. */
  sees?: 'accomplice' | 'colleague'
  /** By which door they would come to it. */
  door?: 'ticket' | 'participation'
  by: (who: TestPerson, world: World) => Promise<{ status: number }>
}

const ways: Record<string, Way> = {
  'the organisation of a contact': {
    sharesTickets: true,
    by: async (who, { accompliceId, organisation }) =>
      who.request('PUT', `/contacts/${accompliceId}`, { ...(await contactBody(accompliceId)), organisationId: organisation.id }),
  },
  'an organisation that begins to share': {
    sharesTickets: false,
    by: async (who, { accompliceId, organisation }) => {
      await created(
        owner.request('PUT', `/contacts/${accompliceId}`, { ...(await contactBody(accompliceId)), organisationId: organisation.id }),
      )
      const { version } = await created(owner.request('GET', `/organisations/${organisation.id}`))
      return who.request('PUT', `/organisations/${organisation.id}`, { name: organisation.name, domains: [], sharesTickets: true, version })
    },
  },
  'a domain of an organisation that shares': {
    sharesTickets: true,
    by: async (who, { accompliceId, organisation, accomplice }) => {
      const domain = `friend${++counter}.test`
      await inWork(tenant, ({ tx }) =>
        tx.contactAddress.create({ data: { tenantId: tenant.ref.id, contactId: accompliceId, email: `x@${domain}` } }),
      )
      expect(accomplice.email).not.toContain(domain)
      const { version } = await created(owner.request('GET', `/organisations/${organisation.id}`))
      return who.request('PUT', `/organisations/${organisation.id}`, {
        name: organisation.name,
        domains: [domain],
        sharesTickets: true,
        version,
      })
    },
  },
  'a new organisation that shares': {
    sharesTickets: false,
    by: async (who, { victimId, accompliceId, organisation }) => {
      const domain = `both${++counter}.test`
      await inWork(tenant, async ({ tx }) => {
        await tx.organisationDomain.deleteMany({ where: { organisationId: organisation.id } })
        await tx.contact.update({ where: { tenantId_id: { tenantId: tenant.ref.id, id: victimId } }, data: { organisationId: null } })
        for (const contactId of [victimId, accompliceId])
          await tx.contactAddress.create({ data: { tenantId: tenant.ref.id, contactId, email: `${contactId}@${domain}` } })
      })
      return who.request('POST', '/organisations', { name: `New ${counter}`, domains: [domain], sharesTickets: true })
    },
  },
  'an import that updates': {
    sharesTickets: true,
    by: (who, { accomplice, organisation }) => importing(who, `Email,Company\n${accomplice.email},${organisation.name}`, 'update'),
  },
  'a merge of contacts': {
    sharesTickets: true,
    by: async (who, { accompliceId, organisation }) => {
      const other = await created(owner.request('POST', '/contacts', { name: 'In it', emails: [], organisationId: organisation.id }))
      return who.request('POST', `/contacts/${accompliceId}/merge`, { fromId: other.id })
    },
  },
  'the undo of a merge of contacts': {
    sharesTickets: false,
    by: async (who, { accompliceId, organisation }) => {
      // The accomplice belonged to it before they went into another; meanwhile it shares.
      await created(
        owner.request('PUT', `/contacts/${accompliceId}`, { ...(await contactBody(accompliceId)), organisationId: organisation.id }),
      )
      const elsewhere = await created(owner.request('POST', '/organisations', { name: `Elsewhere ${++counter}`, domains: [] }))
      const into = await created(owner.request('POST', '/contacts', { name: 'Into', emails: [], organisationId: elsewhere.id }))
      await created(owner.request('POST', `/contacts/${into.id}/merge`, { fromId: accompliceId }))
      const { version } = await created(owner.request('GET', `/organisations/${organisation.id}`))
      await created(
        owner.request('PUT', `/organisations/${organisation.id}`, { name: organisation.name, domains: [], sharesTickets: true, version }),
      )
      const { items } = await created<{ items: { id: string }[] }>(owner.request('GET', `/contacts/${into.id}/merges`))
      return who.request('POST', `/contacts/merges/${items[0]?.id}/undo`)
    },
  },
  'a participant': {
    sharesTickets: false,
    door: 'participation',
    by: (who, { ticketId, accompliceId }) => who.request('POST', `/ticket/${ticketId}/participants`, { contactId: accompliceId }),
  },
  'a merge with a contact that takes part': {
    sharesTickets: false,
    door: 'participation',
    by: async (who, { ticketId, accompliceId }) => {
      await created(owner.request('POST', `/ticket/${ticketId}/participants`, { address: `p${++counter}@part.test` }))
      return who.request('POST', `/contacts/${accompliceId}/merge`, { fromId: await contactOf(`p${counter}@part.test`) })
    },
  },
  'a grant on the ticket': {
    sharesTickets: false,
    sees: 'colleague',
    by: (who, { ticketId, colleague }) =>
      who.request('POST', '/grants', { permission: 'ticket.view', objectType: 'ticket', objectId: ticketId, personId: colleague.id }),
  },
  'a grant on the department': {
    sharesTickets: false,
    sees: 'colleague',
    by: (who, { departmentId, colleague }) =>
      who.request('POST', '/grants', {
        permission: 'ticket.view',
        objectType: 'department',
        objectId: departmentId,
        personId: colleague.id,
      }),
  },
  'the management of the department': {
    sharesTickets: false,
    sees: 'colleague',
    by: async (who, { departmentId, colleague }) => {
      const grant = { permission: 'department.manage', objectType: 'department', objectId: departmentId, personId: colleague.id }
      const given = await who.request('POST', '/grants', grant)
      const { name, version } = await created(owner.request('GET', `/department/${departmentId}`))
      await colleague.request('PUT', `/department/${departmentId}`, { name, version, memberIds: [colleague.id] })
      return given
    },
  },
  'membership, by the department': {
    sharesTickets: false,
    sees: 'colleague',
    by: async (who, { departmentId, colleague }) => {
      const { name, version } = await created(owner.request('GET', `/department/${departmentId}`))
      return who.request('PUT', `/department/${departmentId}`, { name, version, memberIds: [colleague.id] })
    },
  },
  'membership, by the person': {
    sharesTickets: false,
    sees: 'colleague',
    by: async (who, { departmentId, colleague }) => {
      await inWork(tenant, ({ tx }) =>
        tx.person.updateMany({ where: { id: colleague.id }, data: { customRoleId: null, role: 'customer' } }),
      )
      const role = await created(owner.request('POST', '/roles', { name: `Reader ${++counter}`, permissions: ['ticket.view'] }))
      await inWork(tenant, ({ tx }) =>
        tx.person.updateMany({ where: { id: colleague.id }, data: { role: 'agent', customRoleId: role.id } }),
      )
      const { version } = await created(owner.request('GET', `/users/${colleague.id}`))
      const own = (await inWork(tenant, ({ tx }) => tx.departmentMember.findMany({ where: { personId: colleague.id } }))).map(
        (m) => m.departmentId,
      )
      return who.request('PUT', `/users/${colleague.id}`, { departmentIds: [...own, departmentId], version })
    },
  },
  'a custom role with a grant': {
    sharesTickets: false,
    sees: 'colleague',
    by: async (who, { departmentId, colleague }) => {
      const role = await created(owner.request('POST', '/roles', { name: `Granted ${++counter}`, permissions: ['ticket.view'] }))
      const grant = { permission: 'ticket.view', objectType: 'department', objectId: departmentId, roleId: role.id }
      await created(owner.request('POST', '/grants', grant))
      const plain = await created(owner.request('POST', '/roles', { name: `Plain ${++counter}`, permissions: ['ticket.view'] }))
      await inWork(tenant, ({ tx }) => tx.person.updateMany({ where: { id: colleague.id }, data: { customRoleId: plain.id } }))
      const { version } = await created(owner.request('GET', `/users/${colleague.id}`))
      return who.request('PUT', `/users/${colleague.id}`, { customRoleId: role.id, version })
    },
  },
  'the deletion of the department': {
    sharesTickets: false,
    sees: 'colleague',
    by: (who, { departmentId }) => who.request('DELETE', `/department/${departmentId}`),
  },
}

describe.each(Object.entries(ways))('%s', (_, { sharesTickets, by, sees = 'accomplice', door = 'ticket' }) => {
  it.each(['agent', 'owner'])('lets others see a ticket only when its %s sees it', async (role) => {
    const world = await makeWorld(sharesTickets)
    const status = async () => (await world[sees].request('GET', `/${door}/${world.ticketId}`)).status
    expect(await status()).toBe(404)
    const answer = await by(role === 'agent' ? agent : owner, world)
    await drainBackground()
    expect(await status()).toBe(role === 'agent' ? 404 : 200)
    if (role === 'agent') expect([403, 404, 422]).toContain(answer.status)
    else expect(answer.status).toBeLessThan(300)
  })
})

it('an address that a contact gets, and a new contact, count as well', async () => {
  const { organisation } = await makeWorld(true)
  const inIt = await created(owner.request('POST', '/contacts', { name: 'In it', emails: [], organisationId: organisation.id }))
  const email = `friend-${newId()}@elsewhere.test`
  const change = { ...(await contactBody(inIt.id)), emails: [email] }
  const make = { name: 'Friend', emails: [email], organisationId: organisation.id }
  expect((await agent.request('PUT', `/contacts/${inIt.id}`, change)).status).toBe(403)
  expect((await agent.request('POST', '/contacts', make)).status).toBe(403)
  expect(await importing(agent, `Email,Company\n${email},${organisation.name}`, 'skip')).toEqual({ status: 403 })
  expect((await owner.request('PUT', `/contacts/${inIt.id}`, change)).status).toBe(200)
  // Who writes from its domain belongs to it anyway.
  const domain = email.slice(email.indexOf('@') + 1)
  const { version } = await created(owner.request('GET', `/organisations/${organisation.id}`))
  await created(
    owner.request('PUT', `/organisations/${organisation.id}`, { name: organisation.name, domains: [domain], sharesTickets: true, version }),
  )
  expect((await agent.request('POST', '/contacts', { name: 'Colleague', emails: [`c-${email}`] })).status).toBe(201)
})
