import { z } from 'zod'
import { conflict, invalid } from '../core/errors'
import { newId } from '../core/id'
import { msg } from '../core/message'
import { ok, versionInput } from '../core/schema'
import { markDeleted, takeBack } from '../deletion/record'
import type { Work } from '../events/work'
import { agentProcedure } from '../procedure/builders'
import { refuseSharingUnseen, refuseUnseen } from './policy'
import { loadContact, loadOrganisation } from './queries'
import { organisationOf } from './record'
import { contactFields, contactOutput, organisationFields, organisationOutput } from './schema'

export const createContact = agentProcedure
  .meta({ permission: 'contact.manage' })
  .route({ method: 'POST', path: '/contacts', tags: ['Contacts'], summary: 'Create a contact', successStatus: 201 })
  .input(z.strictObject(contactFields))
  .output(contactOutput)
  .handler(async ({ context, input: { emails, ...data } }) => {
    const { tx, tenant, now, emit } = context
    const tenantId = tenant.ref.id
    await refuseUnknown(context, data)
    await refuseTaken(context, emails)
    const id = newId()
    const organisationId = data.organisationId ?? (emails[0] ? await organisationOf(context, emails[0]) : null)
    await tx.contact.create({ data: { ...data, organisationId, tenantId, id, createdAt: now } })
    await setAddresses(context, id, emails)
    if (!(await comesByDomain(context, organisationId, emails))) await refuseSharingUnseen(context, organisationId)
    emit('contact.created', { name: data.name }, { subjectId: id })
    return loadContact(context, id)
  })

export const updateContact = agentProcedure
  .meta({ permission: 'contact.manage' })
  .route({ method: 'PUT', path: '/contacts/{id}', tags: ['Contacts'], summary: 'Edit a contact' })
  .input(z.strictObject({ id: z.uuid(), version: versionInput, ...contactFields }))
  .output(contactOutput)
  .handler(async ({ context, input: { id, version, emails, ...data } }) => {
    const { tx, tenant, emit } = context
    const before = await loadContact(context, id)
    await refuseUnknown(context, data)
    await refuseTaken(context, emails, id)
    const isReachedByMore = emails.some((email) => !before.emails.includes(email))
    if (isReachedByMore) await refuseUnseen(context, id)
    if (before.hasAccount && !emails.includes(before.emails[0] as string))
      throw invalid({ emails: [msg('contacts.accountAddress', { email: before.emails[0] as string })] })
    const { count } = await tx.contact.updateMany({
      where: { tenantId: tenant.ref.id, id, version, deletedAt: null },
      data: { ...data, version: { increment: 1 } },
    })
    if (count === 0) throw conflict('changedByOther', before.version)
    await setAddresses(context, id, emails)
    if (isReachedByMore || data.organisationId !== (before.organisation?.id ?? null))
      await refuseSharingUnseen(context, data.organisationId)
    emit('contact.changed', { before: auditOf(before), after: { ...data, emails } }, { subjectId: id })
    return loadContact(context, id)
  })

/** Whoever writes from an organisation's domain belongs to it without anybody's doing. */
async function comesByDomain(work: Work, organisationId: string | null, emails: readonly string[]): Promise<boolean> {
  for (const email of emails) if ((await organisationOf(work, email)) !== organisationId) return false
  return emails.length > 0
}

const auditOf = ({ name, emails, phones, organisation, tier, tags, owner }: z.output<typeof contactOutput>) => ({
  name,
  emails,
  phones,
  organisationId: organisation?.id ?? null,
  tier,
  tags,
  ownerId: owner?.id ?? null,
})

async function refuseUnknown({ tx, tenant }: Work, { organisationId, ownerId }: { organisationId: string | null; ownerId: string | null }) {
  const tenantId = tenant.ref.id
  if (organisationId && !(await tx.organisation.count({ where: { tenantId, id: organisationId, deletedAt: null } })))
    throw invalid({ organisationId: ['notFound.organisation'] })
  if (ownerId && !(await tx.person.count({ where: { tenantId, id: ownerId, deletedAt: null, role: { not: 'customer' } } })))
    throw invalid({ ownerId: ['contacts.ownerStaff'] })
}

/** An address leads to one contact. Who holds it already is named, for a merge. */
async function refuseTaken({ tx, tenant }: Work, emails: readonly string[], except?: string) {
  const rows = await tx.contactAddress.findMany({
    where: { tenantId: tenant.ref.id, email: { in: [...emails] } },
    select: { email: true, contactId: true, contact: { select: { name: true } } },
  })
  const taken = rows.find(({ contactId }) => contactId !== except)
  if (taken) throw invalid({ emails: [msg('contacts.addressTaken', { email: taken.email, name: taken.contact.name })] })
}

async function setAddresses({ tx, tenant }: Work, contactId: string, emails: readonly string[]) {
  const tenantId = tenant.ref.id
  await tx.contactAddress.deleteMany({ where: { tenantId, contactId, email: { notIn: [...emails] } } })
  await tx.contactAddress.createMany({ data: emails.map((email) => ({ tenantId, contactId, email })), skipDuplicates: true })
  await tx.$executeRaw`UPDATE contact_address SET is_primary = (email = ${emails[0] ?? ''}) WHERE tenant_id = ${tenantId}::uuid AND contact_id = ${contactId}::uuid`
}

/** Everybody writes from there: it says nothing about where one belongs. */
const publicProviders = new Set([
  'aol.com', 'gmail.com', 'gmx.com', 'gmx.de', 'gmx.net', 'googlemail.com', 'hotmail.com', 'icloud.com', 'live.com', 'mail.com', 'mail.ru',
  'me.com', 'msn.com', 'outlook.com', 'proton.me', 'protonmail.com', 'qq.com', 'web.de', 'yahoo.com', 'yandex.ru', '163.com',
]) // biome-ignore format: a list reads better than a column

export const createOrganisation = agentProcedure
  .meta({ permission: 'contact.manage' })
  .route({ method: 'POST', path: '/organisations', tags: ['Contacts'], summary: 'Create an organisation', successStatus: 201 })
  .input(z.strictObject(organisationFields))
  .output(organisationOutput)
  .handler(async ({ context, input: { domains, ...data } }) => {
    const { tx, tenant, now, emit } = context
    const id = newId()
    await refuseDomains(context, domains)
    await tx.organisation.create({ data: { ...data, tenantId: tenant.ref.id, id, createdAt: now } })
    await setDomains(context, id, domains)
    await refuseSharingUnseen(context, id)
    emit('organisation.created', { name: data.name }, { subjectId: id })
    return loadOrganisation(context, id)
  })

export const updateOrganisation = agentProcedure
  .meta({ permission: 'contact.manage' })
  .route({ method: 'PUT', path: '/organisations/{id}', tags: ['Contacts'], summary: 'Edit an organisation' })
  .input(z.strictObject({ id: z.uuid(), version: versionInput, ...organisationFields }))
  .output(organisationOutput)
  .handler(async ({ context, input: { id, version, domains, ...data } }) => {
    const { tx, tenant, emit } = context
    const before = await loadOrganisation(context, id)
    await refuseDomains(context, domains, id)
    const where = { tenantId: tenant.ref.id, id, version, deletedAt: null }
    const { count } = await tx.organisation.updateMany({ where, data: { ...data, version: { increment: 1 } } })
    if (count === 0) throw conflict('changedByOther', before.version)
    await setDomains(context, id, domains)
    const { name, tier, sharesTickets } = before
    const isWider = !sharesTickets || domains.some((domain) => !before.domains.includes(domain))
    if (isWider) await refuseSharingUnseen(context, id)
    emit(
      'organisation.changed',
      { before: { name, tier, sharesTickets, domains: before.domains }, after: { ...data, domains } },
      { subjectId: id },
    )
    return loadOrganisation(context, id)
  })

export const deleteOrganisation = agentProcedure
  .meta({ permission: 'contact.manage' })
  .route({ method: 'DELETE', path: '/organisations/{id}', tags: ['Contacts'], summary: 'Delete an organisation; its contacts are kept' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input: { id } }) => {
    const { tx, tenant, emit } = context
    const tenantId = tenant.ref.id
    const { name, domains } = await loadOrganisation(context, id)
    const sharing = { tenantId, organisationId: id, personId: { not: null }, organisation: { sharesTickets: true } }
    const people = await tx.contact.findMany({ where: sharing, select: { personId: true } })
    const contacts = await tx.contact.updateManyAndReturn({
      where: { tenantId, organisationId: id },
      data: { organisationId: null, version: { increment: 1 } },
      select: { id: true },
    })
    await tx.organisationDomain.deleteMany({ where: { tenantId, organisationId: id } })
    await markDeleted(context, 'organisation', id, { domains, contactIds: contacts.map((contact) => contact.id) })
    emit('organisation.deleted', { name, personIds: people.flatMap(({ personId }) => personId ?? []) }, { subjectId: id })
    return { ok: true as const }
  })

const keptOfOrganisation = z.object({ domains: z.array(z.string()).default([]), contactIds: z.array(z.string()).default([]) })

export const restoreOrganisation = agentProcedure
  .meta({ permission: 'contact.manage' })
  .route({
    method: 'POST',
    path: '/organisations/{id}/restore',
    tags: ['Contacts'],
    summary: 'Restore a deleted organisation with its domains, and its contacts unless they belong elsewhere now',
  })
  .input(z.strictObject({ id: z.uuid() }))
  .output(organisationOutput)
  .handler(async ({ context, input: { id } }) => {
    const { tx, tenant, emit } = context
    const tenantId = tenant.ref.id
    const { domains, contactIds } = keptOfOrganisation.parse(await takeBack(context, 'organisation', id))
    await refuseDomains(context, domains, id)
    await tx.organisationDomain.createMany({ data: domains.map((domain) => ({ tenantId, organisationId: id, domain })) })
    await tx.contact.updateMany({
      where: { tenantId, id: { in: contactIds }, organisationId: null },
      data: { organisationId: id, version: { increment: 1 } },
    })
    await refuseSharingUnseen(context, id)
    const organisation = await loadOrganisation(context, id)
    emit('organisation.restored', { name: organisation.name }, { subjectId: id })
    return organisation
  })

async function refuseDomains({ tx, tenant }: Work, domains: readonly string[], except?: string) {
  const common = domains.find((domain) => publicProviders.has(domain))
  if (common) throw invalid({ domains: [msg('contacts.domainPublic', { domain: common })] })
  const rows = await tx.organisationDomain.findMany({
    where: { tenantId: tenant.ref.id, domain: { in: [...domains] } },
    include: { organisation: { select: { name: true } } },
  })
  const taken = rows.find(({ organisationId }) => organisationId !== except)
  if (taken) throw invalid({ domains: [msg('contacts.domainTaken', { domain: taken.domain, name: taken.organisation.name })] })
}

/** A new domain brings in whoever writes from it and belongs nowhere yet. */
async function setDomains({ tx, tenant }: Work, organisationId: string, domains: readonly string[]) {
  const tenantId = tenant.ref.id
  await tx.organisationDomain.deleteMany({ where: { tenantId, organisationId, domain: { notIn: [...domains] } } })
  await tx.organisationDomain.createMany({ data: domains.map((domain) => ({ tenantId, organisationId, domain })), skipDuplicates: true })
  await tx.$executeRaw`
    UPDATE contact c SET organisation_id = ${organisationId}::uuid, version = c.version + 1 FROM contact_address a
    WHERE c.tenant_id = ${tenantId}::uuid AND c.organisation_id IS NULL AND c.deleted_at IS NULL AND a.tenant_id = c.tenant_id AND a.contact_id = c.id
      AND substring(a.email FROM '@([^@]+)$') = ANY(${[...domains]}::text[])`
}

export const removeContact = agentProcedure
  .meta({ permission: 'contact.manage' })
  .route({
    method: 'DELETE',
    path: '/contacts/{id}',
    tags: ['Contacts'],
    summary: 'Delete a contact that has no requests and no account',
  })
  .input(z.strictObject({ id: z.uuid() }))
  .output(ok)
  .handler(async ({ context, input: { id } }) => {
    const { tx, tenant, emit } = context
    const tenantId = tenant.ref.id
    const { name, emails, hasAccount } = await loadContact(context, id)
    const tickets = await tx.ticket.count({ where: { tenantId, requesterId: id } })
    if (tickets > 0 || hasAccount) throw invalid({ id: ['contacts.hasRequests'] })
    await tx.contactAddress.deleteMany({ where: { tenantId, contactId: id } })
    await markDeleted(context, 'contact', id, { emails })
    emit('contact.deleted', { name }, { subjectId: id })
    return { ok: true as const }
  })

const keptOfContact = z.object({ emails: z.array(z.string()).default([]) })

export const restoreContact = agentProcedure
  .meta({ permission: 'contact.manage' })
  .route({ method: 'POST', path: '/contacts/{id}/restore', tags: ['Contacts'], summary: 'Restore a deleted contact with its addresses' })
  .input(z.strictObject({ id: z.uuid() }))
  .output(contactOutput)
  .handler(async ({ context, input: { id } }) => {
    const { emails } = keptOfContact.parse(await takeBack(context, 'contact', id))
    await refuseTaken(context, emails, id)
    await setAddresses(context, id, emails)
    const contact = await loadContact(context, id)
    await refuseSharingUnseen(context, contact.organisation?.id ?? null)
    context.emit('contact.restored', { name: contact.name }, { subjectId: id })
    return contact
  })
