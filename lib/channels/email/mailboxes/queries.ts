import { z } from 'zod'
import { notFound } from '../../../core/errors'
import { decodeCursor, pageInput, pageOf, stampsOf, toPage, totalOf } from '../../../core/page'
import { type Mailbox, Prisma } from '../../../db/generated/tenant/client'
import { countOf, rowsOf } from '../../../db/rows'
import type { Work } from '../../../events/work'
import { isConfigured } from '../../../mail/oauth'
import { adminProcedure } from '../../../procedure/builders'
import { wordsFor } from '../../../procedure/words'
import { say } from '../../../text/say'
import type { Translator } from '../../../text/translator'
import { fetchOutput, fetchProblems, type MailboxOutput, mailboxList, mailboxOutput } from './schema'

const include = {
  folders: { select: { path: true }, orderBy: { path: 'asc' } },
  department: { select: { id: true, name: true, deletedAt: true } },
} as const satisfies Prisma.MailboxInclude

type Row = Prisma.MailboxGetPayload<{ include: typeof include }>

export const mailboxRef = z.strictObject({ id: z.uuid() })

export async function loadMailbox({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, id: string): Promise<Row> {
  const row = await tx.mailbox.findFirst({ where: { tenantId: tenant.ref.id, id, deletedAt: null }, include })
  if (!row) throw notFound('mailbox')
  return row
}

/** Who changes the mailboxes of a workspace changes them alone until the unit of work ends: of two, one has an address, and one is the default. */
export const lockMailboxes = ({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>) =>
  tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`mailboxes ${tenant.ref.id}`}, 0))`

/** The server that a mailbox sends through, without its password. */
export const outgoingOf = (row: Mailbox): MailboxOutput['outgoing'] => ({
  host: row.smtpHost ?? '',
  port: row.smtpPort,
  security: row.smtpSecurity,
  user: row.smtpUser || row.address,
  hasPassword: row.smtpPassword !== null,
})

/** What people see of a mailbox: never a password, never a token. */
export const toMailboxOutput = (row: Row, t: Translator): MailboxOutput => ({
  id: row.id,
  name: row.name,
  address: row.address,
  senderName: row.senderName,
  department: row.department && !row.department.deletedAt ? { id: row.department.id, name: row.department.name } : null,
  provider: row.provider,
  access: row.usesApi ? 'api' : 'imap',
  preset: row.preset,
  isDefault: row.isDefault,
  isIncoming: row.isIncoming,
  isOutgoing: row.isOutgoing,
  marksSeen: row.marksSeen,
  folders: row.folders.map(({ path }) => path),
  incoming: {
    host: row.imapHost ?? '',
    port: row.imapPort,
    security: row.imapSecurity,
    user: row.imapUser || row.address,
    hasPassword: row.imapPassword !== null,
  },
  outgoing: outgoingOf(row),
  state: row.state,
  lastError: row.lastError && say(row.lastError, t),
  lastSendError: row.lastSendError && say(row.lastSendError, t),
  lastFetchedAt: row.lastFetchedAt,
  fetchSince: row.fetchSince,
  ...stampsOf(row),
})

async function readMailboxes({ tx, tenant }: Work, where: Prisma.MailboxWhereInput = {}): Promise<Row[]> {
  const all = { tenantId: tenant.ref.id, deletedAt: null, ...where }
  return tx.mailbox.findMany({ where: all, include, orderBy: [{ address: 'asc' }, { id: 'asc' }], take: 500 })
}

export const listMailboxes = adminProcedure
  .meta({ permission: 'mail.manage' })
  .route({ method: 'GET', path: '/settings/mail/integrations', tags: ['Mailboxes'], summary: 'List mailboxes and how they stand' })
  .output(mailboxList)
  .handler(async ({ context }) => {
    const t = await wordsFor(context.caller)
    const items = (await readMailboxes(context)).map((row) => toMailboxOutput(row, t))
    return { items, providers: { google: isConfigured('google'), microsoft: isConfigured('microsoft') } }
  })

export const getMailbox = adminProcedure
  .meta({ permission: 'mail.manage' })
  .route({ method: 'GET', path: '/settings/mail/integrations/{id}', tags: ['Mailboxes'], summary: 'Read one mailbox' })
  .input(mailboxRef)
  .output(mailboxOutput)
  .handler(async ({ context, input: { id } }) => toMailboxOutput(await loadMailbox(context, id), await wordsFor(context.caller)))

export const listDepartmentMailboxes = adminProcedure
  .meta({ permission: 'mail.manage' })
  .route({ method: 'GET', path: '/department/{id}/emails', tags: ['Mailboxes'], summary: 'List the mailboxes of a department' })
  .input(mailboxRef)
  .output(z.object({ items: z.array(mailboxOutput) }))
  .handler(async ({ context, input: { id } }) => {
    await loadDepartment(context, id)
    const t = await wordsFor(context.caller)
    return { items: (await readMailboxes(context, { departmentId: id })).map((row) => toMailboxOutput(row, t)) }
  })

export async function loadDepartment({ tx, tenant }: Work, id: string) {
  if (!(await tx.department.count({ where: { tenantId: tenant.ref.id, id, deletedAt: null } }))) throw notFound('department')
}

const fetchRow = fetchOutput.extend({ problems: fetchProblems })

export const listFetches = adminProcedure
  .meta({ permission: 'mail.manage' })
  .route({
    method: 'GET',
    path: '/settings/mail/integrations/{id}/fetches',
    tags: ['Mailboxes'],
    summary: 'Read the fetch log of a mailbox, the last fetch first',
  })
  .input(z.strictObject({ id: z.uuid(), ...pageInput }))
  .output(pageOf(fetchOutput))
  .handler(async ({ context, input: { id, limit, cursor, offset = 0, total } }) => {
    const { tx, tenant, caller } = context
    await loadMailbox(context, id)
    const tenantId = tenant.ref.id
    const after = decodeCursor(cursor)
    const query = tx.$queryRaw`
      SELECT f.id::text, f.cause::text, f.started_at AS "startedAt", f.ended_at AS "endedAt", f.messages, f.error, f.problems,
        count(m.id) FILTER (WHERE m.decision -> 'outcome' ->> 'kind' = 'ticket')::int AS "newTickets",
        count(m.id) FILTER (WHERE m.decision -> 'outcome' ->> 'kind' = 'reply')::int AS "newReplies"
      FROM mailbox_fetch f LEFT JOIN inbound_mail m ON m.tenant_id = f.tenant_id AND m.fetch_id = f.id
      WHERE f.tenant_id = ${tenantId}::uuid AND f.mailbox_id = ${id}::uuid
        AND ${after ? Prisma.sql`(f.started_at, f.id) < (${after.at}, ${after.id}::uuid)` : Prisma.sql`TRUE`}
      GROUP BY f.tenant_id, f.id ORDER BY f.started_at DESC, f.id DESC LIMIT ${limit + 1} OFFSET ${offset}`
    const count = () =>
      countOf(
        tx.$queryRaw`SELECT count(*)::int AS count FROM mailbox_fetch WHERE tenant_id = ${tenantId}::uuid AND mailbox_id = ${id}::uuid`,
      )
    const t = await wordsFor(caller)
    const rows = (await rowsOf(fetchRow, query)).map((row) => ({
      ...row,
      error: row.error && say(row.error, t),
      problems: row.problems.map((problem) => ({ ...problem, error: say(problem.error, t) })),
    }))
    return { ...toPage(rows, limit, ({ startedAt }) => startedAt), ...(await totalOf({ total }, count)) }
  })
