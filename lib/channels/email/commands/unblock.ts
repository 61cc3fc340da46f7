import { z } from 'zod'
import { notFound } from '../../../core/errors'
import { mailAddress } from '../../../core/mail-address'
import { instant } from '../../../core/page'
import { ok } from '../../../core/schema'
import { agentProcedure } from '../../../procedure/builders'

const mostListed = 1000

export const listBlockedSenders = agentProcedure
  .meta({ permission: 'mail.view' })
  .route({ method: 'GET', path: '/settings/mail/blocked-senders', tags: ['Mail'], summary: 'List senders whose emails are ignored' })
  .input(z.strictObject({}).optional())
  .output(z.object({ items: z.array(z.object({ email: z.string(), createdAt: instant })) }))
  .handler(async ({ context: { tx, tenant } }) => ({
    items: await tx.blockedSender.findMany({
      where: { tenantId: tenant.ref.id },
      orderBy: { createdAt: 'desc' },
      take: mostListed,
    }),
  }))

export const unblockSender = agentProcedure
  .meta({ permission: 'mail.manage' })
  .route({ method: 'DELETE', path: '/settings/mail/blocked-senders/{email}', tags: ['Mail'], summary: 'Unblock a sender' })
  .input(z.strictObject({ email: z.string().max(320) }))
  .output(ok)
  .handler(async ({ context: { tx, tenant, emit }, input }) => {
    const email = mailAddress(input.email) ?? ''
    const { count } = await tx.blockedSender.deleteMany({ where: { tenantId: tenant.ref.id, email } })
    if (count === 0) throw notFound('blockedSender')
    emit('sender.unblocked', { email })
    return { ok: true as const }
  })
