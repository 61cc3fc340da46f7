import { cut, errorText } from '../../core/text'
import type { InboundMail, Prisma } from '../../db/generated/tenant/client'
import { outageOf } from '../../db/outage'
import { isTransient, withTenant } from '../../db/scope'
import { defineSubscriber } from '../../events/subscriber'
import type { Work } from '../../events/work'
import { log } from '../../log/log'
import type { ResolvedTenant } from '../../tenancy/resolve'
import type { MailCarries } from '../../tickets/conversation/schema'
import { decide, maxAttempts } from './decision'
import { alikeKeyOf, contentKeyOf, gatherFacts } from './facts'
import { type Filed, fileMail } from './filing'
import { searchWordsOf } from './incoming-mail'
import type { ParsedMail } from './parse'
import { loadRest } from './receive'
import { markReported } from './reported'
import { type Decision, type Facts, type MailStatus, type Outcome, type Received, receivedSchema } from './schema'
import { type Checked, readAndCheck } from './sender-check'
import { rootOf } from './thread'

/** A message that was taken up: read, or with what kept it from being read. */
interface Taken {
  received: Received
  read: Checked | null
  detail: string | null
}

/**
 * Decides what becomes of a stored message, and does it. It is read before the unit of work, which holds a connection. Whatever
 * cannot be read, or fails in every try, is kept under Needs attention.
 */
export const ingestMail = defineSubscriber<Taken | null>(
  'mail.ingest',
  {
    'mail.received': async (work, { subjectId }, taken) => {
      if (taken) await settle(work, subjectId as string, taken)
    },
  },
  ({ tenant, event }) => takeUp(tenant, event.subjectId as string),
)

/** What was stored with the message; of one that came before that was kept, what its row says. */
export const receivedOf = (stored: Pick<InboundMail, 'facts' | 'recipient' | 'receivedAt'>): Received =>
  receivedSchema.parse(
    stored.facts ?? {
      receivedAt: stored.receivedAt.toISOString(),
      envelope: { recipient: stored.recipient, returnPath: null, clientIp: null, relays: [], authservIds: [] },
      verdict: null,
      attempt: 0,
    },
  )

/** Each try is counted before it begins, so that a message that ends the process is not tried for ever. */
async function takeUp(tenant: ResolvedTenant, id: string): Promise<Taken | null> {
  const tenantId = tenant.ref.id
  const begun = await withTenant(tenant.ref, (tx) =>
    tx.inboundMail.updateManyAndReturn({
      where: { tenantId, id, status: 'received' },
      data: { attempts: { increment: 1 } },
      select: { attempts: true, facts: true, recipient: true, receivedAt: true, raw: true },
    }),
  )
  if (!begun[0]) return null
  const { attempts: attempt, raw, ...stored } = begun[0]
  const received = { ...receivedOf(stored), attempt }
  if (attempt > maxAttempts) return { received, read: null, detail: await lastErrorOf(tenant, id) }
  try {
    return { received, read: await readAndCheck(tenantId, await loadRest(tenant, id, raw), received), detail: null }
  } catch (error) {
    // That says nothing of the message: it is tried again.
    if (isTransient(error) || outageOf(error)) throw error
    log().warn({ err: error, tenantId, mailId: id }, 'a message could not be read')
    return { received, read: null, detail: errorText(error) }
  }
}

const lastErrorOf = ({ ref }: ResolvedTenant, id: string) =>
  withTenant(ref, async (tx) => {
    const where = { tenantId: ref.id, subscriber: 'mail.ingest', event: { subjectId: id } }
    return (await tx.eventDelivery.findFirst({ where, select: { lastError: true } }))?.lastError ?? null
  })

/** Gathers the facts, decides, acts, and stores all three. */
async function settle(work: Work, id: string, { received, read, detail }: Taken) {
  const { tx, tenant, now } = work
  const mail = read?.mail ?? null
  const where = { tenantId_id: { tenantId: tenant.ref.id, id } }
  if (!(await holdReceived(work, id))) return
  const facts = await gatherFacts(work, { id, messageId: null }, received, read)
  const decision = decide(mail, facts)
  const filed = mail ? await act(work, mail, facts, decision) : null
  const { status, reason } = statusOf(decision.outcome)
  if (status === 'ignored') work.emit('mail.ignored', { reason: reason as string }, { subjectId: id })
  if (status === 'attention' || status === 'spam') work.emit('mail.kept', { status, reason: reason as string }, { subjectId: id })
  await tx.inboundMail.update({
    where,
    data: {
      ...shownOf(tenant.ref.id, mail),
      ...placeOf(decision.outcome, filed),
      classification: decision.classification,
      status,
      reason,
      detail,
      facts,
      decision,
      processedAt: now,
    },
    select: { id: true },
  })
}

/** What a delivery report says of a message of ours is said on its ticket in one line; any other report is a folded note there. */
async function act(work: Work, mail: ParsedMail, facts: Facts, decision: Decision): Promise<Filed | null> {
  const { outcome } = decision
  const isSaid = await markReported(work, mail, facts, decision)
  if (outcome.kind !== 'event') return fileMail(work, mail, facts, outcome)
  return isSaid ? null : fileMail(work, mail, facts, { kind: 'note', ticketId: outcome.ticketId, why: 'automatic_note' })
}

/** Whoever else took it up meanwhile waits here, and finds it settled. */
const holdReceived = ({ tx, tenant }: Work, id: string) =>
  tx.$queryRaw<
    unknown[]
  >`SELECT 1 FROM inbound_mail WHERE tenant_id = ${tenant.ref.id}::uuid AND id = ${id}::uuid AND status = 'received' FOR UPDATE`.then(
    (rows) => rows.length > 0,
  )

/** How a message stands after its decision, and why, where it became no part of a ticket. */
export function statusOf(outcome: Outcome): { status: MailStatus; reason: string | null } {
  switch (outcome.kind) {
    case 'ignored':
    case 'spam':
    case 'attention':
      return { status: outcome.kind, reason: outcome.why }
    case 'same':
      return outcome.ticketId ? { status: 'delivered', reason: null } : { status: 'ignored', reason: 'same_message' }
    default:
      return { status: 'delivered', reason: null }
  }
}

function placeOf(outcome: Outcome, filed: Filed | null): { ticketId?: string | null; messageId?: string | null } {
  if (filed) return filed
  if (outcome.kind === 'event') return { ticketId: outcome.ticketId }
  return outcome.kind === 'same' ? { ticketId: outcome.ticketId, messageId: outcome.messageId } : {}
}

/** What the conversation shows beside words and files. */
const carriesOf = ({ events, protection, limits }: ParsedMail): MailCarries => ({ events: events.slice(0, 5), protection, limits })

/** What lists show of it. */
const shownOf = (tenantId: string, mail: ParsedMail | null): Partial<Prisma.InboundMailUncheckedUpdateInput> =>
  mail
    ? {
        fromAddress: mail.from?.email ?? null,
        fromName: mail.from?.name ?? null,
        subject: cut(mail.subject, 500),
        contentKey: contentKeyOf(mail),
        threadRoot: rootOf(mail),
        alikeKey: alikeKeyOf(mail),
        searchWords: searchWordsOf(tenantId, mail),
        carries: carriesOf(mail),
      }
    : {}
