import { withTenant } from '../db/scope'
import { defineSubscriber } from '../events/subscriber'
import { mailTransport } from './transport'

/** Hands a queued message to the transport, then marks it sent. */
export const sendMail = defineSubscriber(
  'mail.send',
  {
    'mail.queued': async ({ tx, tenant, now }, event) => {
      await tx.outboundMail.update({
        where: { tenantId_id: { tenantId: tenant.ref.id, id: event.subjectId as string } },
        data: { status: 'sent', sentAt: now, attempts: { increment: 1 } },
        select: { id: true },
      })
    },
  },
  async ({ tenant, event }) => {
    const tenantId = tenant.ref.id
    const where = { tenantId_id: { tenantId, id: event.subjectId as string } }
    const mail = await withTenant(tenant.ref, (tx) => tx.outboundMail.findUniqueOrThrow({ where }))
    if (mail.status === 'sent') return
    await mailTransport().send({ id: mail.id, tenantSlug: tenant.ref.slug, recipients: mail.recipients, raw: mail.raw })
  },
  { goesFirst: true },
)
