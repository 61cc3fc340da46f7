import type { Actor } from '../actor/actor'
import { hashPassword } from '../actor/hash'
import type { RoleName } from '../actor/permissions'
import { contactOfPerson, findOrCreateContact } from '../contacts/record'
import { newId } from '../core/id'
import { withPlatform, withTenant } from '../db/scope'
import { eventBuffer } from '../events/emit'
import type { Work } from '../events/work'
import { storeFile } from '../files/attachments'
import { openKnowledgeBase } from '../kb/articles/defaults'
import { openWorkspace } from '../platform/provisioning'
import { indexMissing } from '../search/search-index'
import { openSla } from '../sla/defaults'
import { recomputeClocks } from '../sla/recompute'
import { findTenant, forgetAllHosts, type ResolvedTenant } from '../tenancy/resolve'
import { recordNote, recordReply, recordTicket } from '../tickets/conversation/record'
import { loadTicket } from '../tickets/ticket/queries'
import { changeTicket, emitStatus, moveTicket } from '../tickets/ticket/record'
import type { TicketStatus } from '../tickets/ticket/workflow'
import { afterAssignment } from '../tickets/ticket/workflow'
import { seedArticles } from './kb'
import { seedReadings } from './kb-readings'
import { seedMails } from './mails'
import { demoCustomer, seedSetup } from './setup'
import { firstNames, lastNames, type Story, stories } from './stories'

export const demoPassword = 'baraza-demo'
export const demoTenants = [
  { slug: 'acme', name: 'Acme Outfitters', timeZone: 'Africa/Nairobi' },
  { slug: 'globex', name: 'Globex Software', timeZone: 'Europe/Berlin' },
] as const
export const platformAdminEmail = 'root@platform.test'

const staff: { key: string; name: string; role: RoleName }[] = [
  { key: 'owner', name: 'Wanjiru Kamau', role: 'owner' },
  { key: 'admin', name: 'Daniel Schneider', role: 'admin' },
  { key: 'moderator', name: 'Grace Odhiambo', role: 'moderator' },
  { key: 'agent', name: 'Amina Haddad', role: 'agent' },
  { key: 'agent2', name: 'Tomás Silva', role: 'agent' },
  { key: 'customer', name: 'Joseph Mwangi', role: 'customer' },
]

export type SeedProgress = (done: number, total: number, what: string) => void

/** Fills an empty installation with two living desks; does nothing where they exist. */
export async function seedDemo(options: { tickets?: number; now?: Date; onProgress?: SeedProgress } = {}) {
  const { tickets = 300, now = new Date(), onProgress = () => {} } = options
  const passwordHash = await hashPassword(demoPassword)
  await withPlatform((tx) =>
    tx.platformAdmin.upsert({
      where: { email: platformAdminEmail },
      create: { id: newId(), email: platformAdminEmail, name: 'Root', passwordHash },
      update: {},
    }),
  )
  for (const [index, given] of demoTenants.entries()) {
    if (await findTenant({ slug: given.slug })) continue
    const row = { id: newId(), slug: given.slug, name: given.name }
    await withPlatform((tx) => tx.tenant.create({ data: row }))
    forgetAllHosts()
    const tenant = (await findTenant({ slug: given.slug })) as ResolvedTenant
    const people = await seedPeople(tenant, given.timeZone, passwordHash, now)
    await seedSetup(tenant, people.ownerId, people.departments)
    // The second desk is the smaller one, so that the two are told apart at a glance.
    const count = index === 0 ? tickets : Math.ceil(tickets / 3)
    const random = randomFrom(given.slug)
    for (let n = 0; n < count; n++) {
      await seedTicket(tenant, people, n, count, random, now)
      onProgress(n + 1, count, given.name)
    }
    // What has passed by now is history too: nobody is told.
    await inHistory(tenant, { kind: 'system', name: 'sla.sweep' }, now, async (work) => {
      const open = await work.tx.slaClock.findMany({
        where: { tenantId: tenant.ref.id, stoppedAt: null, dueAt: { lt: now } },
        distinct: ['ticketId'],
        select: { ticketId: true },
      })
      await recomputeClocks(
        work,
        open.map(({ ticketId }) => ticketId),
      )
    })
    // History wakes no subscribers; what was said is found all the same.
    await indexMissing(tenant.ref)
    if (index === 0) {
      await seedMails(tenant)
      await seedArticles(tenant, people.agents[0]?.id as string, now)
      await seedReadings(tenant, now)
    }
  }
}

interface People {
  ownerId: string
  agents: { id: string; name: string; email: string }[]
  customer: { id: string; name: string; email: string }
  departments: Map<string, string>
}

async function seedPeople(tenant: ResolvedTenant, timeZone: string, passwordHash: string, now: Date): Promise<People> {
  const tenantId = tenant.ref.id
  const joined = new Date(now.getTime() - 120 * dayMs)
  return withTenant(tenant.ref, async (tx) => {
    await openWorkspace({ tenant, tx, now: joined }, timeZone)
    await openSla({ tenant, tx, now: joined }, timeZone)
    await openKnowledgeBase({ tenant, tx, now: joined })
    const rows = staff.map(({ key, name, role }) => ({
      tenantId,
      id: newId(),
      email: `${key}@${tenant.ref.slug}.test`,
      name,
      role,
      passwordHash,
      timeZone,
      emailVerifiedAt: joined,
      createdAt: joined,
      updatedAt: joined,
    }))
    await tx.person.createMany({ data: rows })
    const departments = await tx.department.findMany({ where: { tenantId } })
    const agents = rows.filter(({ role }) => role === 'agent')
    const members = departments.flatMap((department, index) => {
      // Support belongs to both agents; the others to one each.
      const who = department.isDefault ? agents : [agents[index % agents.length] as (typeof agents)[number]]
      return who.map((agent) => ({ tenantId, departmentId: department.id, personId: agent.id }))
    })
    await tx.departmentMember.createMany({ data: members })
    const customer = rows.find(({ role }) => role === 'customer') as (typeof rows)[number]
    await contactOfPerson(workOf(tenant, tx, { kind: 'system', name: 'demo' }, joined).work, customer)
    const ownerId = rows.find(({ role }) => role === 'owner')?.id as string
    return { ownerId, agents, customer, departments: new Map(departments.map(({ name, id }) => [name, id])) }
  })
}

const dayMs = 24 * 3600_000
const minuteMs = 60_000

async function seedTicket(tenant: ResolvedTenant, people: People, n: number, count: number, random: () => number, now: Date) {
  const story = stories[Math.floor(random() * stories.length)] as Story
  // More tickets lie in the last days than long ago, as in a desk that grows.
  const ageMs = ((count - n) / count) ** 2 * 90 * dayMs * (0.97 + random() * 0.03)
  const at = new Date(now.getTime() - Math.max(ageMs, 10 * minuteMs))
  const agent = people.agents[Math.floor(random() * people.agents.length)] as People['agents'][number]
  const isCustomer = random() < 0.08
  const name = `${firstNames[Math.floor(random() * firstNames.length)]} ${lastNames[Math.floor(random() * lastNames.length)]}`
  const email = isCustomer ? people.customer.email : `${plain(name)}@${random() < 0.15 ? demoCustomer.domain : 'example.com'}`
  const source = isCustomer ? 'customer_portal' : random() < 0.6 ? 'email' : 'web'
  // The further back, the more of the story has happened.
  const isOld = ageMs > 4 * dayMs
  const turns = isOld ? story.turns.length : Math.floor(random() * (story.turns.length + 1)) || 1

  let time = at
  const step = <T>(actor: Actor, work: (work: Work) => Promise<T>) => inHistory(tenant, actor, time, work)
  const later = () => {
    time = new Date(Math.min(time.getTime() + (20 + random() * 600) * minuteMs, now.getTime() - minuteMs))
  }
  const system: Actor = { kind: 'system', name: 'demo' }
  const { ticketId, requesterId } = await step(system, async (work) => {
    const requester = await findOrCreateContact(work, { email, name: isCustomer ? people.customer.name : name })
    const { id, messageId } = await recordTicket(work, {
      title: story.title,
      bodyText: story.turns[0] as string,
      author: { kind: 'contact', id: requester.id },
      requesterId: requester.id,
      departmentId: people.departments.get(story.department),
      priority: story.priority,
      source,
      tags: story.tags,
    })
    if (story.file) {
      const { name, text } = story.file
      await storeFile(work, { name, bytes: Buffer.from(text), contentType: 'text/plain' }, { messageId })
    }
    return { ticketId: id, requesterId: requester.id }
  })
  const isTaken = isOld || random() < 0.6
  if (isTaken) {
    later()
    await step(system, async (work) => {
      const ticket = await loadTicket(work, ticketId, 'lock')
      const status = afterAssignment({ status: ticket.status, isAssigned: false }, true)
      await changeTicket(work, ticket, { assigneeId: agent.id, status })
      work.emit('ticket.assigned', { before: null, after: agent.id }, { subjectId: ticketId })
      emitStatus(work, ticket, status, { cause: 'assignment' })
    })
  }
  for (let turn = 1; turn < turns && isTaken; turn++) {
    later()
    await step(system, async (work) => {
      const ticket = await loadTicket(work, ticketId, 'lock')
      const isAgent = turn % 2 === 1
      if (isAgent && story.note && turn === 1)
        await recordNote(work, ticket, { author: { kind: 'person', id: agent.id }, bodyText: story.note, source: 'internal' })
      await recordReply(work, await loadTicket(work, ticketId, 'lock'), {
        author: isAgent ? { kind: 'person', id: agent.id } : { kind: 'contact', id: requesterId },
        bodyText: story.turns[turn] as string,
        source: isAgent ? 'internal' : source,
      })
    })
  }
  const end: TicketStatus | null = isOld ? 'closed' : random() < 0.1 ? 'hold' : random() < 0.15 ? 'resolved' : null
  if (end && isTaken) {
    later()
    await step(system, async (work) => {
      const ticket = await loadTicket(work, ticketId, 'lock')
      const holdUntil = end === 'hold' ? new Date(now.getTime() + (1 + random() * 3) * dayMs) : null
      await moveTicket(work, ticket, end, { reason: end === 'hold' ? 'waiting for the supplier' : null, holdUntil })
      await changeTicket(work, ticket, { hasNewReply: false, ...(end === 'closed' ? ratingOf(story.title) : {}) })
    })
  }
}

/** Most are content, some say nothing. */
function ratingOf(title: string) {
  const random = randomFrom(`rating of ${title}`)
  const drawn = random()
  if (drawn < 0.35) return {}
  const rating = drawn < 0.42 ? 'bad' : drawn < 0.55 ? 'okay' : drawn < 0.78 ? 'good' : 'very_good'
  return { rating, ratingComment: rating === 'bad' ? 'It took too long to hear from you.' : null } as const
}

const plain = (name: string) =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z]+/g, '.')

function workOf(tenant: ResolvedTenant, tx: Work['tx'], actor: Actor, now: Date) {
  const events = eventBuffer({ tx, tenant, actor, now, requestId: 'demo', address: null, isHistory: true })
  return { work: { tenant, actor, tx, now, emit: events.emit, flush: events.flush } satisfies Work, flush: () => events.write() }
}

const inHistory = <T>(tenant: ResolvedTenant, actor: Actor, now: Date, body: (work: Work) => Promise<T>): Promise<T> =>
  withTenant(tenant.ref, async (tx) => {
    const { work, flush } = workOf(tenant, tx, actor, now)
    const result = await body(work)
    await flush()
    return result
  })

/** A small repeatable generator (mulberry32), so that every demo looks the same. */
export function randomFrom(seed: string): () => number {
  let state = [...seed].reduce((sum, char) => (Math.imul(sum, 31) + char.charCodeAt(0)) | 0, 7)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
