import { z } from 'zod'
import { conflict, invalid, notFound } from '../core/errors'
import { mailAddress } from '../core/mail-address'
import { decodeCursor, encodeCursor, pageInput, pageOf, totalOf } from '../core/page'
import { emailInput, ok } from '../core/schema'
import type { Prisma } from '../db/generated/tenant/client'
import { suppressionOutput, suppressionReasons } from '../mail/schema'
import { suppress } from '../mail/suppression'
import { agentProcedure } from '../procedure/builders'

/** What puts an address back that was removed. */
const removedOutput = suppressionOutput.pick({ email: true, reason: true, detail: true }).extend({ outgoingId: z.uuid().nullable() })

const address = z.strictObject({ email: z.string().trim().max(320) })

export const listSuppressions = agentProcedure
  .meta({ permission: 'mail.view' })
  .route({
    method: 'GET',
    path: '/settings/suppressions',
    tags: ['Mail'],
    summary: 'List addresses that no email is sent to, newest first',
  })
  .input(z.strictObject({ ...pageInput, reason: z.enum(suppressionReasons).optional(), q: z.string().trim().max(320).optional() }))
  .output(pageOf(suppressionOutput))
  .handler(async ({ context: { tx, tenant }, input }) => {
    const { reason, q, limit, offset } = input
    const where: Prisma.SuppressedAddressWhereInput = {
      tenantId: tenant.ref.id,
      reason,
      ...(q ? { email: { contains: q.toLowerCase() } } : {}),
    }
    const last = decodeCursor(input.cursor, emailInput)
    const after = last && { OR: [{ createdAt: { lt: last.at } }, { createdAt: last.at, email: { gt: last.id } }] }
    const rows = await tx.suppressedAddress.findMany({
      where: { AND: [where, after ?? {}] },
      include: { person: { select: { name: true } } },
      orderBy: [{ createdAt: 'desc' }, { email: 'asc' }],
      skip: offset,
      take: limit + 1,
    })
    const items = rows.slice(0, limit).map(({ person, createdAt: since, ...row }) => ({ ...row, since, addedBy: person?.name ?? null }))
    const end = items.at(-1)
    const nextCursor = rows.length > limit && end ? encodeCursor(end.since, end.email) : null
    return { items, nextCursor, ...(await totalOf(input, () => tx.suppressedAddress.count({ where }))) }
  })

export const addSuppression = agentProcedure
  .meta({ permission: 'mail.manage' })
  .route({
    method: 'POST',
    path: '/settings/suppressions',
    tags: ['Mail'],
    summary: 'Send no more email to an address',
    successStatus: 201,
  })
  .input(
    address.extend({
      detail: z.string().trim().max(500).default(''),
      // By these one that was removed is put back as it was.
      reason: z.enum(suppressionReasons).default('manual'),
      outgoingId: z.uuid().nullable().default(null),
    }),
  )
  .output(z.object({ email: z.string() }))
  .handler(async ({ context, input: { email: given, detail, reason, outgoingId } }) => {
    const email = mailAddress(given)
    if (!email) throw invalid({ email: ['input.email'] })
    const where = { tenantId: context.tenant.ref.id, id: outgoingId ?? undefined }
    if (outgoingId && (await context.tx.outboundMail.count({ where })) === 0) throw notFound('email')
    const personId = reason === 'manual' && context.actor.kind === 'person' ? context.actor.id : undefined
    if (!(await suppress(context, { email, reason, detail, mailId: outgoingId ?? undefined, personId })))
      throw conflict('mails.suppressedAlready')
    return { email }
  })

export const removeSuppression = agentProcedure
  .meta({ permission: 'mail.manage' })
  .route({ method: 'DELETE', path: '/settings/suppressions/{email}', tags: ['Mail'], summary: 'Send email to an address again' })
  .input(address)
  .output(ok.extend({ removed: removedOutput }))
  .handler(async ({ context: { tx, tenant, emit }, input }) => {
    const where = { tenantId: tenant.ref.id, email: mailAddress(input.email) ?? '' }
    const removed = await tx.suppressedAddress.findFirst({ where, select: { email: true, reason: true, detail: true, mailId: true } })
    const { count } = await tx.suppressedAddress.deleteMany({ where })
    if (!removed || count === 0) throw notFound('suppression')
    emit('address.unsuppressed', { email: removed.email })
    const { mailId: outgoingId, ...rest } = removed
    return { ok: true as const, removed: { ...rest, outgoingId } }
  })
