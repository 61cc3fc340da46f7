import { z } from 'zod'
import { conflict, invalid, notFound } from '../../../../core/errors'
import { stamps, stampsOf } from '../../../../core/page'
import { versionInput } from '../../../../core/schema'
import type { Mailbox, Prisma } from '../../../../db/generated/tenant/client'
import type { Work } from '../../../../events/work'
import { adminProcedure } from '../../../../procedure/builders'
import { wordsFor } from '../../../../procedure/words'
import { directions, serverData, serverOf } from '../connection'
import { readAnewIfMoved } from '../folder'
import { fetchSoon } from '../jobs'
import { loadDepartment, loadMailbox, lockMailboxes, outgoingOf, toMailboxOutput } from '../queries'
import { mailboxFields, mailboxOutput, securities, senderNameInput, serverInput } from '../schema'
import { refuseTakenAddress } from './create'

export const updateMailbox = adminProcedure
  .meta({ permission: 'mail.manage' })
  .route({
    method: 'PUT',
    path: '/settings/mail/integrations/{id}',
    tags: ['Mailboxes'],
    summary: 'Edit a mailbox; a password that is left out is kept, unless the server changes',
  })
  .input(z.strictObject({ id: z.uuid(), version: versionInput, ...mailboxFields }))
  .output(mailboxOutput)
  .handler(async ({ context, input: { id, version, folders, incoming, outgoing, ...data } }) => {
    const { tx, tenant } = context
    const tenantId = tenant.ref.id
    await lockMailboxes(context)
    const before = await loadMailbox(context, id)
    if (data.departmentId) await loadDepartment(context, data.departmentId)
    await refuseTakenAddress(context, data.address, id)
    const servers: Prisma.MailboxUncheckedUpdateInput = {}
    // Of an account that was signed in to, address and servers are the provider's.
    if (before.provider !== 'imap') {
      if (data.address !== before.address) throw invalid({ address: ['mailboxes.addressOfAccount'] })
      servers.preset = before.preset
    } else
      for (const direction of directions) {
        const isWanted = direction === 'incoming' ? data.isIncoming : data.isOutgoing
        const input = direction === 'incoming' ? incoming : outgoing
        if (isWanted) Object.assign(servers, serverData({ tenantId, id }, direction, serverOf(direction, data.preset, input, before)))
      }
    if (data.isDefault)
      await tx.mailbox.updateMany({ where: { tenantId, isDefault: true, deletedAt: null, id: { not: id } }, data: { isDefault: false } })
    await write(context, before, version, { ...data, ...servers })
    await tx.mailboxFolder.deleteMany({ where: { tenantId, mailboxId: id, path: { notIn: folders } } })
    await tx.mailboxFolder.createMany({ data: folders.map((path) => ({ tenantId, mailboxId: id, path })), skipDuplicates: true })
    if (data.isIncoming) await fetchSoon(context, id, 'request')
    return toMailboxOutput(await loadMailbox(context, id), await wordsFor(context.caller))
  })

/** What the trail shows of a mailbox. That a password changed is told, never to what. */
const toldOf = ({ name, address, senderName, departmentId, isDefault, isIncoming, isOutgoing, imapHost, smtpHost }: Mailbox) => ({
  name,
  address,
  senderName,
  departmentId,
  isDefault,
  isIncoming,
  isOutgoing,
  imapHost,
  smtpHost,
})

async function write(context: Work, before: Mailbox, version: number, data: Prisma.MailboxUncheckedUpdateInput) {
  const { tx, tenant, emit } = context
  const tenantId = tenant.ref.id
  const where = { tenantId, id: before.id, version, deletedAt: null }
  const [after] = await tx.mailbox.updateManyAndReturn({ where, data: { ...data, version: { increment: 1 } } })
  if (!after) throw conflict('changedByOther', before.version)
  await readAnewIfMoved(context, before, after)
  const isNewSecret = after.imapPassword !== before.imapPassword || after.smtpPassword !== before.smtpPassword
  emit(
    'mailbox.changed',
    { before: toldOf(before), after: { ...toldOf(after), ...(isNewSecret ? { password: 'changed' } : {}) } },
    { subjectId: before.id },
  )
}

const smtpOutput = z.object({
  /** The default mailbox, whose outgoing part this is. */
  mailboxId: z.uuid(),
  host: z.string(),
  port: z.number().int().nullable(),
  security: z.enum(securities),
  user: z.string(),
  hasPassword: z.boolean(),
  fromAddress: z.string(),
  fromName: z.string().nullable(),
  isActive: z.boolean(),
  ...stamps,
})

const toSmtpOutput = (row: Mailbox): z.output<typeof smtpOutput> => ({
  mailboxId: row.id,
  ...outgoingOf(row),
  fromAddress: row.address,
  fromName: row.senderName,
  isActive: row.isOutgoing,
  ...stampsOf(row),
})

async function loadDefault({ tx, tenant }: Work): Promise<Mailbox> {
  const row = await tx.mailbox.findFirst({ where: { tenantId: tenant.ref.id, isDefault: true, deletedAt: null } })
  if (!row) throw notFound('defaultMailbox')
  return row
}

export const getSmtp = adminProcedure
  .meta({ permission: 'mail.manage' })
  .route({ method: 'GET', path: '/settings/smtp', tags: ['Mailboxes'], summary: 'Read the outgoing server of the default mailbox' })
  .output(smtpOutput)
  .handler(async ({ context }) => toSmtpOutput(await loadDefault(context)))

const smtpSettings = { ...serverInput.shape, fromName: senderNameInput.optional(), isActive: z.boolean().optional() }

export const updateSmtp = adminProcedure
  .meta({ permission: 'mail.manage' })
  .route({ method: 'POST', path: '/settings/smtp', tags: ['Mailboxes'], summary: 'Edit the outgoing server of the default mailbox' })
  .input(z.strictObject({ version: versionInput, ...smtpSettings }))
  .output(smtpOutput)
  .handler(async ({ context, input: { version, fromName, isActive = true, ...given } }) => {
    await lockMailboxes(context)
    const before = await loadDefault(context)
    const place = { tenantId: before.tenantId, id: before.id }
    const server =
      isActive && before.provider === 'imap' ? serverData(place, 'outgoing', serverOf('outgoing', before.preset, given, before)) : {}
    await write(context, before, version, { ...server, isOutgoing: isActive, ...(fromName === undefined ? {} : { senderName: fromName }) })
    return toSmtpOutput(await loadDefault(context))
  })
