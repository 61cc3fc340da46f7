import { z } from 'zod'
import { ok } from '../../../../core/schema'
import { testImap, testSmtp } from '../../../../mail/connection-test'
import { smtpServerOf } from '../../../../mail/routing'
import { adminInPieces, adminProcedure } from '../../../../procedure/builders'
import { wordsFor } from '../../../../procedure/words'
import { say } from '../../../../text/say'
import { imapAccountOf } from '../account'
import { type Direction, passwordOf, serverOf } from '../connection'
import { fetchSoon } from '../jobs'
import { loadMailbox, mailboxRef } from '../queries'
import { connectionTest, mailboxFields, mailboxPresets, serverInput } from '../schema'

/** A mailbox as it would be saved; with an id what is left out is what is stored. */
const testInput = z.strictObject({
  mailboxId: z.uuid().optional(),
  address: mailboxFields.address,
  preset: z.enum(mailboxPresets).default('generic'),
  incoming: serverInput.nullable().default(null),
  outgoing: serverInput.nullable().default(null),
})

export const testConnection = adminInPieces
  .meta({ permission: 'mail.manage', limit: 'outside', changesNothing: true })
  .route({
    method: 'POST',
    path: '/settings/mail/integrations/test',
    tags: ['Mailboxes'],
    summary: 'Sign in to the servers of a mailbox, each for itself, and say what is wrong; nothing is saved, read or sent',
  })
  .input(testInput)
  .output(connectionTest)
  .handler(async ({ context, input: { mailboxId, address, preset, incoming, outgoing } }) => {
    const stored = mailboxId ? await context.piece((work) => loadMailbox(work, mailboxId)) : null
    const place = { tenantId: context.tenant.ref.id, id: stored?.id ?? '' }
    const accountOf = (direction: Direction, given: z.output<typeof serverInput>) => {
      const shared = direction === 'outgoing' && !given.password && !stored ? incoming?.password : given.password
      const server = serverOf(direction, preset, { ...given, password: shared }, stored)
      const { host, port, security, user } = server
      return { host, port, security, auth: { user: user || address, password: passwordOf(place, direction, server) } }
    }
    // Both are checked before either is tried.
    const accounts =
      stored && stored.provider !== 'imap'
        ? {
            incoming: incoming && (await imapAccountOf(context.tenant, stored)),
            outgoing: outgoing && (await smtpServerOf(context.tenant, stored)),
          }
        : { incoming: incoming && accountOf('incoming', incoming), outgoing: outgoing && accountOf('outgoing', outgoing) }
    const [imap, smtp] = await Promise.all([
      accounts.incoming ? testImap(accounts.incoming) : null,
      accounts.outgoing ? testSmtp(accounts.outgoing) : undefined,
    ])
    const t = await wordsFor(context.caller)
    const result = (error: string | null) => ({ ok: error === null, error: error && say(error, t) })
    return { incoming: imap && result(imap.error), outgoing: smtp === undefined ? null : result(smtp), folders: imap?.folders ?? [] }
  })

export const syncMailbox = adminProcedure
  .meta({ permission: 'mail.manage', limit: 'outside' })
  .route({
    method: 'POST',
    path: '/settings/mail/integrations/{id}/sync',
    tags: ['Mailboxes'],
    summary: 'Fetch a mailbox now; the result is in its log',
    successStatus: 202,
  })
  .input(mailboxRef)
  .output(ok)
  .handler(async ({ context, input: { id } }) => {
    await loadMailbox(context, id)
    await fetchSoon(context, id, 'request')
    return { ok: true as const }
  })
