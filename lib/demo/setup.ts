import { call } from '@orpc/server'
import { createOrganisation } from '../contacts/commands'
import { escapeHtml } from '../core/plain'
import { saveMailTemplate } from '../correspondence/commands'
import { everyLanguage } from '../correspondence/schema'
import { getOwnSignature, listMailIdentities, saveMailIdentity, saveOwnSignature } from '../correspondence/signature'
import { withTenant } from '../db/scope'
import { createCategory } from '../directory/categories'
import { actorOfPerson } from '../procedure/authenticate'
import { internalCaller } from '../procedure/caller'
import type { ResolvedTenant } from '../tenancy/resolve'
import { createCannedResponse } from '../tickets/canned/canned-responses'
import { createMacro } from '../tickets/canned/macros'
import { createField } from '../tickets/fields/fields'
import { createView } from '../tickets/views/views'

/** Whose people the demo's requesters of this domain are. */
export const demoCustomer = { name: 'Nyota Hotels', domain: 'nyota-hotels.example' } as const

const categories: Record<string, string[]> = {
  Support: ['Orders and delivery', 'Using the product', 'Accounts and privacy'],
  'IT/Technology': ['Sign-in', 'API and webhooks', 'Devices'],
  'Finance/Accounting': ['Invoices', 'Refunds', 'Subscriptions'],
}

const responses = [
  {
    name: 'Thank you and next steps',
    bodyHtml:
      '<p>Hello {{requester.firstName}},</p><p>thank you for writing. I am looking into {{ticket.number}} now and come back to you today.</p><p>{{agent.firstName}}</p>',
  },
  {
    name: 'Ask for a screenshot',
    bodyHtml:
      '<p>Hello {{requester.firstName}},</p><p>could you send us a picture of the whole window, and tell us when it happened? Then we find it in our logs.</p>',
  },
  {
    name: 'Refund is on its way',
    bodyHtml:
      '<p>Hello {{requester.firstName}},</p><p>the refund has left us. <strong>It takes three to five working days</strong> until you see it.</p>',
  },
]

const received = {
  subject: '[{{ticket.number}}] {{ticket.title}}',
  bodyHtml:
    '<p>Hello {{requester.firstName}},</p><p>thank you for writing to {{workspace.name}}. Your request has the number <strong>{{ticket.number}}</strong>; we will get back to you as soon as we can.</p><p>{{ticket.link}}</p><p>If you would like to add something, just reply to this email.</p>',
}
const ownSignature = '<p>Best regards</p><p>Head of customer care</p>'

/** What a desk that has worked for a while has made for itself, by the same procedures as its people do. */
export async function seedSetup(tenant: ResolvedTenant, ownerId: string, departments: ReadonlyMap<string, string>) {
  const actor = await withTenant(tenant.ref, (tx) => actorOfPerson(tx, tenant.ref.id, ownerId))
  if (!actor) throw new Error('the demo has no owner')
  const context = { caller: internalCaller({ tenant, actor }) }
  for (const [department, names] of Object.entries(categories)) {
    const departmentId = departments.get(department)
    if (departmentId) for (const name of names) await call(createCategory, { departmentId, name }, { context })
  }
  for (const response of responses) await call(createCannedResponse, { ...response, scope: 'desk' }, { context })
  const escalate = {
    name: 'Escalate',
    changes: [
      { kind: 'priority' as const, priority: 'urgent' },
      { kind: 'tags' as const, add: ['escalated'] },
    ],
    bodyHtml: '<p>Escalated. Please look at it next.</p>',
    isNote: true,
  }
  await call(createMacro, { ...escalate, scope: 'desk' }, { context })
  await call(createView, { name: 'Refunds', filter: 'status:open tag:refund', scope: 'desk' }, { context })
  await call(createView, { name: 'Waiting longest', filter: 'status:open is:unread', sort: 'updated', scope: 'desk' }, { context })
  await call(createField, { name: 'Order number', key: 'order_number', kind: 'text' }, { context })
  await call(saveMailTemplate, { event: 'ticket_received', language: everyLanguage, version: 0, ...received }, { context })
  await call(
    saveOwnSignature,
    { version: (await call(getOwnSignature, undefined, { context })).version, signatureHtml: ownSignature },
    { context },
  )
  const { items: identities } = await call(listMailIdentities, undefined, { context })
  const support = identities.find(({ name }) => name === 'Support')
  const signed = {
    senderName: `${tenant.name} Support`,
    senderShowsAgent: true,
    signatureHtml: `<p>${escapeHtml(tenant.name)} Support</p><p>Monday to Friday, 8:00 to 17:00</p>`,
  }
  if (support) await call(saveMailIdentity, { id: support.id, version: support.version, ...signed }, { context })
  const { name, domain } = demoCustomer
  await call(createOrganisation, { name, domains: [domain], tier: 'premium', sharesTickets: true }, { context })
}
