import { callName } from '../core/person-name'
import type { Work } from '../events/work'
import { originOf } from '../tenancy/origin'
import type { Translator } from '../text/translator'
import type { Letter } from './letter'
import type { TemplateEventName } from './schema'

/** Made-up people and a made-up ticket, by which one sees what a mail looks like. */
export async function exampleLetter({ tx, tenant }: Work, t: Translator, event: TemplateEventName): Promise<Letter> {
  const { ticketPrefix } = await tx.workspace.findUniqueOrThrow({ where: { tenantId: tenant.ref.id }, select: { ticketPrefix: true } })
  const origin = originOf(tenant.ref)
  const [requester, agent, title] = [t('mails.example.requester'), t('mails.example.agent'), t('mails.example.title')]
  const number = `${ticketPrefix}-1042`
  // There is no such ticket: its link leads to what everybody may open.
  const url = `${origin}/`
  const isReply = event === 'ticket_reply'
  const label = event === 'invitation' || event === 'magic_link' || event === 'password_reset' ? event : 'magic_link'
  return {
    values: {
      'requester.name': requester,
      'requester.firstName': callName(requester),
      'requester.email': 'amina@example.com',
      'ticket.number': number,
      'ticket.title': title,
      'ticket.url': url,
      'ticket.closing': t('mails.request.closes', { days: 3 }),
      'ticket.continues': `${ticketPrefix}-870`,
      'ticket.mergedInto': `${ticketPrefix}-1040`,
      'agent.name': agent,
      'agent.firstName': callName(agent),
      'person.name': agent,
      'person.firstName': callName(agent),
      'link.url': `${origin}/sign-in`,
      'notifications.title': t('notices.assigned.title', { number }),
      'notifications.count': '2',
    },
    blocks: {
      reply: [{ html: `<p>${t('mails.example.reply')}</p>` }],
      link: [{ action: { label: t(`mails.action.${label}`), url: `${origin}/sign-in` } }],
      'ticket.link': [{ action: { label: t('mails.action.request'), url } }],
      notifications: [
        {
          items: [
            { title: t('notices.assigned.title', { number }), text: title, url: `${origin}/agent` },
            { title: t('notices.replied', { name: requester, number }), text: t('mails.example.reply'), url: `${origin}/agent` },
          ],
        },
      ],
    },
    ...(isReply ? { isPersonal: true, footer: { text: t('mails.request.whole'), url } } : {}),
  }
}
