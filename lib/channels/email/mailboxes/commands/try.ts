import { z } from 'zod'
import type { ErrorText } from '../../../../core/message'
import { ok } from '../../../../core/schema'
import type { Mailbox } from '../../../../db/generated/tenant/client'
import { accountApis, askAs } from '../../../../mail/account'
import { explainConnectionError } from '../../../../mail/connection-errors'
import { testImap, testSmtp } from '../../../../mail/connection-test'
import { smtpServerOf } from '../../../../mail/routing'
import type { OAuthProvider } from '../../../../mail/schema'
import { adminInPieces, adminProcedure } from '../../../../procedure/builders'
import { wordsFor } from '../../../../procedure/words'
import type { ResolvedTenant } from '../../../../tenancy/resolve'
import { say } from '../../../../text/say'
import type { Translator } from '../../../../text/translator'
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
    if (stored && stored.provider !== 'imap') {
      const wanted = { incoming: incoming !== null, outgoing: outgoing !== null }
      const { imap, smtp } = await testAccount(context.tenant, stored, stored.provider, wanted)
      return said(imap, smtp, await wordsFor(context.caller))
    }
    const place = { tenantId: context.tenant.ref.id, id: stored?.id ?? '' }
    const accountOf = (direction: Direction, given: z.output<typeof serverInput>) => {
      const shared = direction === 'outgoing' && !given.password && !stored ? incoming?.password : given.password
      const server = serverOf(direction, preset, { ...given, password: shared }, stored)
      const { host, port, security, user } = server
      return { host, port, security, auth: { user: user || address, password: passwordOf(place, direction, server) } }
    }
    // Both are checked before either is tried.
    const accounts = { incoming: incoming && accountOf('incoming', incoming), outgoing: outgoing && accountOf('outgoing', outgoing) }
    const [imap, smtp] = await Promise.all([
      accounts.incoming ? testImap(accounts.incoming) : null,
      accounts.outgoing ? testSmtp(accounts.outgoing) : undefined,
    ])
    return said(imap, smtp, await wordsFor(context.caller))
  })

type Tested = Awaited<ReturnType<typeof testImap>>

function said(imap: Tested | null, smtp: ErrorText | null | undefined, t: Translator) {
  const result = (error: ErrorText | null) => ({ ok: error === null, error: error && say(error, t) })
  return { incoming: imap && result(imap.error), outgoing: smtp === undefined ? null : result(smtp), folders: imap?.folders ?? [] }
}

/** Of an account that was signed in to: with its tokens, as it is reached. */
async function testAccount(
  tenant: ResolvedTenant,
  mailbox: Mailbox,
  provider: OAuthProvider,
  { incoming, outgoing }: { incoming: boolean; outgoing: boolean },
) {
  try {
    if (mailbox.usesApi) {
      const folders = await accountApis[provider].folders(await askAs(tenant, mailbox.id))
      return { imap: incoming ? { error: null, folders } : null, smtp: outgoing ? null : undefined }
    }
    const imap = incoming ? await testImap(await imapAccountOf(tenant, mailbox)) : null
    return { imap, smtp: outgoing ? await testSmtp(await smtpServerOf(tenant, mailbox)) : undefined }
  } catch (error) {
    const text = explainConnectionError(error)
    return { imap: incoming ? { error: text, folders: [] } : null, smtp: outgoing ? text : undefined }
  }
}

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
