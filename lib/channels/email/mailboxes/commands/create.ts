import { z } from 'zod'
import { invalid } from '../../../../core/errors'
import { newId } from '../../../../core/id'
import type { Prisma } from '../../../../db/generated/tenant/client'
import type { Work } from '../../../../events/work'
import { adminProcedure } from '../../../../procedure/builders'
import { wordsFor } from '../../../../procedure/words'
import { directions, serverData, serverOf } from '../connection'
import { fetchSoon } from '../jobs'
import { loadDepartment, loadMailbox, lockMailboxes, toMailboxOutput } from '../queries'
import { mailboxFields, mailboxOutput } from '../schema'

/** Mail of so many days before may come in with the first fetch. */
export const mostDaysBack = 365

const newMailbox = z.strictObject({
  ...mailboxFields,
  /** Only what comes from now on, unless it says of how many days before. */
  daysBack: z.number().int().min(0).max(mostDaysBack).default(0),
})

type NewMailbox = z.output<typeof newMailbox>

async function create(context: Work, given: NewMailbox): Promise<string> {
  const { folders, incoming, outgoing, daysBack, ...data } = given
  const tenantId = context.tenant.ref.id
  const id = newId()
  await lockMailboxes(context)
  if (data.departmentId) await loadDepartment(context, data.departmentId)
  await refuseTakenAddress(context, data.address)
  const servers: Prisma.MailboxUncheckedUpdateInput = {}
  for (const direction of directions) {
    const isWanted = direction === 'incoming' ? data.isIncoming : data.isOutgoing
    const input = direction === 'incoming' ? incoming : outgoing
    // Most providers have one password for both.
    const password = input.password || (direction === 'outgoing' ? incoming.password : undefined)
    if (isWanted)
      Object.assign(servers, serverData({ tenantId, id }, direction, serverOf(direction, data.preset, { ...input, password }, null)))
  }
  await insertMailbox(context, { id, data: { ...data, ...servers } as NewRow, folders, daysBack })
  return id
}

type NewRow = Omit<Prisma.MailboxUncheckedCreateInput, 'tenantId' | 'id' | 'fetchSince' | 'createdAt'>

/** A mailbox whose address is free and whose department is there. */
export async function insertMailbox(
  context: Work,
  { id, data, folders, daysBack }: { id: string; data: NewRow; folders: string[]; daysBack: number },
) {
  const { tx, tenant, now, emit } = context
  const tenantId = tenant.ref.id
  if (data.isDefault) await tx.mailbox.updateMany({ where: { tenantId, isDefault: true, deletedAt: null }, data: { isDefault: false } })
  const fetchSince = new Date(now.getTime() - daysBack * 86_400_000)
  await tx.mailbox.create({ data: { ...data, tenantId, id, fetchSince, createdAt: now }, select: { id: true } })
  await tx.mailboxFolder.createMany({ data: [...new Set(folders)].map((path) => ({ tenantId, mailboxId: id, path })) })
  emit('mailbox.created', { name: data.name, address: data.address }, { subjectId: id })
  if (data.isIncoming) await fetchSoon(context, id, 'schedule')
}

export async function refuseTakenAddress({ tx, tenant }: Work, address: string, except?: string) {
  const where = { tenantId: tenant.ref.id, address, deletedAt: null, ...(except ? { id: { not: except } } : {}) }
  if (await tx.mailbox.count({ where })) throw invalid({ address: ['mailboxes.addressTaken'] })
}

export const createMailbox = adminProcedure
  .meta({ permission: 'mail.manage' })
  .route({
    method: 'POST',
    path: '/settings/mail/integrations',
    tags: ['Mailboxes'],
    summary: 'Connect a mailbox; email is fetched from it from now on',
    successStatus: 201,
  })
  .input(newMailbox)
  .output(mailboxOutput)
  .handler(async ({ context, input }) => {
    const id = await create(context, input)
    return toMailboxOutput(await loadMailbox(context, id), await wordsFor(context.caller))
  })

export const addDepartmentMailbox = adminProcedure
  .meta({ permission: 'mail.manage' })
  .route({
    method: 'POST',
    path: '/department/{id}/emails',
    tags: ['Mailboxes'],
    summary: 'Connect a mailbox of a department',
    successStatus: 201,
  })
  .input(newMailbox.omit({ departmentId: true }).extend({ id: z.uuid() }))
  .output(mailboxOutput)
  .handler(async ({ context, input: { id: departmentId, ...input } }) => {
    const id = await create(context, { ...input, departmentId })
    return toMailboxOutput(await loadMailbox(context, id), await wordsFor(context.caller))
  })
