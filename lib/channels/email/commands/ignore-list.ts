import { z } from 'zod'
import { notFound } from '../../../core/errors'
import { instant } from '../../../core/page'
import { ok } from '../../../core/schema'
import { agentInPieces, agentProcedure } from '../../../procedure/builders'
import { mailingListOf } from '../mailing-list'
import { loadMail, mailRef, readRaw } from '../queries'
import { loadRaw } from '../receive'

const mostListed = 1000

const listOutput = z.object({ listId: z.string(), name: z.string() })

export const ignoreList = agentInPieces
  .meta({ permission: 'mail.manage' })
  .route({
    method: 'POST',
    path: '/settings/mail/messages/{id}/ignore-list',
    tags: ['Mail'],
    summary: 'Ignore what comes from the mailing list of an email from now on',
  })
  .input(mailRef)
  .output(listOutput)
  .handler(async ({ context, input: { id } }) => {
    await context.piece((work) => loadMail(work, id))
    const { mail } = await readRaw(context.tenant.ref.id, await loadRaw(context.tenant, id))
    const list = mail && mailingListOf(mail)
    if (!list) throw notFound('mailingList')
    return context.conclude(async ({ tx, tenant, emit, now }) => {
      const row = { listId: list.id, name: list.name }
      const { count } = await tx.ignoredList.createMany({
        data: [{ tenantId: tenant.ref.id, ...row, createdAt: now }],
        skipDuplicates: true,
      })
      if (count > 0) emit('list.ignored', row)
      return row
    })
  })

export const listIgnoredLists = agentProcedure
  .meta({ permission: 'mail.view' })
  .route({ method: 'GET', path: '/settings/mail/ignored-lists', tags: ['Mail'], summary: 'List mailing lists whose emails are ignored' })
  .input(z.strictObject({}).optional())
  .output(z.object({ items: z.array(listOutput.extend({ createdAt: instant })) }))
  .handler(async ({ context: { tx, tenant } }) => ({
    items: await tx.ignoredList.findMany({
      where: { tenantId: tenant.ref.id },
      orderBy: [{ createdAt: 'desc' }, { listId: 'asc' }],
      take: mostListed,
    }),
  }))

export const unignoreList = agentProcedure
  .meta({ permission: 'mail.manage' })
  .route({ method: 'DELETE', path: '/settings/mail/ignored-lists/{list}', tags: ['Mail'], summary: 'Ignore a mailing list no more' })
  .input(z.strictObject({ list: z.string().trim().toLowerCase().max(255) }))
  .output(ok)
  .handler(async ({ context: { tx, tenant, emit }, input: { list: listId } }) => {
    const { count } = await tx.ignoredList.deleteMany({ where: { tenantId: tenant.ref.id, listId } })
    if (count === 0) throw notFound('mailingList')
    emit('list.unignored', { listId, name: listId })
    return { ok: true as const }
  })
