import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { InboundMail } from '../../db/generated/tenant/client'
import { withTenant } from '../../db/scope'
import { asSystem } from '../../events/as-system'
import { agentInPieces } from '../../procedure/builders'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { decide } from './decision'
import { gatherFacts } from './facts'
import { receivedOf } from './ingest'
import { storedDecision, storedFacts } from './kept'
import { readMail } from './parse'
import { loadMail, mailRef } from './queries'
import { loadRaw } from './receive'
import { type Decision, type Facts, mailSteps, type Outcome, type OutcomePart, type Replay, replayOutput } from './schema'
import { type Checked, readAndCheck } from './sender-check'

export const replayMail = agentInPieces
  .meta({ permission: 'mail.manage', changesNothing: true })
  .route({
    method: 'POST',
    path: '/settings/mail/messages/{id}/replay',
    tags: ['Mail'],
    summary: 'Decide an email again: from the stored facts, or from new ones with `refresh`. Nothing is done',
  })
  .input(mailRef.extend({ refresh: z.boolean().default(false) }))
  .output(replayOutput)
  .handler(async ({ context, input: { id, refresh } }) => {
    await context.piece((work) => loadMail(work, id))
    return replay(context.tenant, id, refresh)
  })

/** Works a stored message's decision out again. What was decided stays, and no command is run. */
export async function replay(tenant: ResolvedTenant, id: string, refresh: boolean): Promise<Replay> {
  const where = { tenantId_id: { tenantId: tenant.ref.id, id } }
  const row = await withTenant(tenant.ref, (tx) => tx.inboundMail.findUniqueOrThrow({ where, omit: { raw: true } }))
  const raw = await loadRaw(tenant, id)
  const stored = storedFacts(row)
  if (stored && !refresh) return compare(id, storedDecision(row), decide(await readMail(tenant.ref.id, raw).catch(() => null), stored))
  const read = await readAndCheck(tenant.ref.id, raw, receivedOf(row)).catch(() => null)
  return compare(id, storedDecision(row), decide(read?.mail ?? null, await gatherAgain(tenant, row, stored, read)))
}

const atOnce = 100

/** The same for all that were decided, the oldest first. */
export async function* replayAll(tenant: ResolvedTenant, refresh: boolean): AsyncGenerator<Replay> {
  let after: string | null = null
  do {
    const where = { tenantId: tenant.ref.id, status: { not: 'received' as const }, ...(after ? { id: { gt: after } } : {}) }
    const query = { where, orderBy: { id: 'asc' as const }, select: { id: true }, take: atOnce }
    const rows: { id: string }[] = await withTenant(tenant.ref, (tx) => tx.inboundMail.findMany(query))
    for (const { id } of rows) yield await replay(tenant, id, refresh)
    after = rows.at(-1)?.id ?? null
  } while (after)
}

/**
 * What is known now. Which of two copies came first stays as it was, and so do what the message itself has become and what its sender
 * had just sent or been told when it came.
 */
function gatherAgain(tenant: ResolvedTenant, row: Omit<InboundMail, 'raw'>, stored: Facts | null, read: Checked | null) {
  return asSystem(tenant, 'mail', async (work) => {
    // A message that failed in every try is tried once more.
    const facts = await gatherFacts(work, row, { ...receivedOf(row), attempt: 1 }, read)
    if (!facts.found) return facts
    const { sameAs = null, recent, justAcknowledged } = stored?.found ?? {}
    const before = recent && justAcknowledged ? { recent, justAcknowledged } : {}
    return { ...facts, found: { ...facts.found, ...before, sameAs } }
  })
}

function compare(id: string, before: Decision | null, after: Decision): Replay {
  const reasonOf = (decision: Decision | null, step: string) => decision?.steps.findLast((each) => each.step === step)?.reason ?? null
  const changes = mailSteps
    .map((step) => ({ step, before: reasonOf(before, step), after: reasonOf(after, step) }))
    .filter((change) => change.before !== change.after)
  const parts = before ? differingParts(before.outcome, after.outcome) : []
  return { id, isSame: isDeepStrictEqual(before, after), before: before?.outcome.kind ?? null, after: after.outcome.kind, changes, parts }
}

const partOf: Record<string, OutcomePart> = {
  ticketId: 'ticket',
  mailId: 'ticket',
  messageId: 'ticket',
  departmentId: 'department',
  acknowledge: 'acknowledgement',
  joins: 'participants',
  personId: 'person',
  forwardedBy: 'person',
}

/** What two results of one kind differ in; those of two kinds have little in common. */
function differingParts(before: Outcome, after: Outcome): OutcomePart[] {
  if (before.kind !== after.kind) return []
  const now = new Map<string, unknown>(Object.entries(after))
  const differing = Object.entries(before).flatMap(([key, value]) => {
    const part = partOf[key]
    return part && value !== now.get(key) ? [part] : []
  })
  return [...new Set(differing)]
}
