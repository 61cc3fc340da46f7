import { timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { Actor } from '../../../../actor/actor'
import { forbidden, invalid } from '../../../../core/errors'
import { newId } from '../../../../core/id'
import { msg } from '../../../../core/message'
import { nameInput } from '../../../../core/schema'
import { cut } from '../../../../core/text'
import type { Mailbox, MailboxAuthorization } from '../../../../db/generated/tenant/client'
import type { Work } from '../../../../events/work'
import { sealedTokens } from '../../../../mail/access-token'
import { MailboxError } from '../../../../mail/connection-errors'
import { credentials } from '../../../../mail/credentials'
import { authorisationAddress, exchangeCode, newProof } from '../../../../mail/oauth'
import { oauthProviders } from '../../../../mail/schema'
import { adminInPieces, adminProcedure } from '../../../../procedure/builders'
import type { PiecesContext } from '../../../../procedure/context'
import { wordsFor } from '../../../../procedure/words'
import { proveAccount } from '../account-proof'
import { browserHashOf, consentSeconds, readState, redirectUri, rememberBrowser, sealState } from '../consent'
import { readAnewIfMoved } from '../folder'
import { fetchSoon } from '../jobs'
import { loadDepartment, loadMailbox, lockMailboxes, toMailboxOutput } from '../queries'
import { accessKinds, mailboxOutput, oauthPresets, presets, senderNameInput } from '../schema'
import { insertMailbox, mostDaysBack, refuseTakenAddress } from './create'

const yesOrNo = z.stringbool().or(z.boolean())

/** What becomes of a mailbox that is new; its address is that of the account. */
const settings = z.object({
  name: nameInput.optional(),
  senderName: senderNameInput.optional(),
  departmentId: z.uuid().optional(),
  isDefault: yesOrNo.default(false),
  isIncoming: yesOrNo.default(true),
  isOutgoing: yesOrNo.default(true),
  daysBack: z.coerce.number().int().min(0).max(mostDaysBack).default(0),
})

const provider = z.enum(oauthProviders)

export const startConsent = adminProcedure
  .meta({ permission: 'mail.manage', limit: 'outside' })
  .route({
    method: 'GET',
    path: '/settings/mail/integrations/{provider}/oauth',
    tags: ['Mailboxes'],
    summary: 'Begin to connect a mailbox of Google or Microsoft: the address at which its owner is asked, to be opened in the same browser',
  })
  .input(z.strictObject({ provider, access: z.enum(accessKinds).optional(), mailboxId: z.uuid().optional(), ...settings.shape }))
  .output(z.object({ address: z.string() }))
  .handler(async ({ context, input: { provider, access, mailboxId, ...given } }) => {
    const { tx, tenant, now, caller } = context
    if (given.departmentId) await loadDepartment(context, given.departmentId)
    const before = mailboxId ? await loadMailbox(context, mailboxId) : null
    const sessionId = browserSessionOf(context)
    const { host, headers, responseHeaders } = caller
    if (!host || !responseHeaders) throw forbidden('mailboxes.inBrowser')
    const usesApi = access ? access === 'api' : (before?.usesApi ?? false)
    const place = { tenantId: tenant.ref.id, id: newId() }
    const proof = newProof()
    const expiresAt = new Date(now.getTime() + consentSeconds * 1000)
    const state = sealState({ host, id: place.id, provider, until: expiresAt.getTime() })
    const question = { usesApi, redirectUri: redirectUri(provider), state, proof, address: before?.address }
    const address = await authorisationAddress(provider, question).catch(refuse)
    await tx.mailboxAuthorization.create({
      data: {
        ...place,
        sessionId,
        browserHash: rememberBrowser(headers, responseHeaders, tenant.ref.slug),
        provider,
        usesApi,
        verifier: credentials().seal({ ...place, field: 'verifier' }, proof.verifier),
        nonce: proof.nonce,
        mailboxId: before?.id ?? null,
        settings: given,
        expiresAt,
      },
      select: { id: true },
    })
    return { address }
  })

/** Only in a browser does the consent come back to whom it was asked of. */
function browserSessionOf({ actor }: { actor: Actor }): string {
  if (actor.kind !== 'person' || actor.via !== 'cookie' || !actor.sessionId) throw forbidden('mailboxes.inBrowser')
  return actor.sessionId
}

/** @throws what went wrong at the provider, as an error of ours */
function refuse(error: unknown): never {
  if (error instanceof MailboxError) throw invalid({ '': [error.text] })
  throw error
}

export const finishConsent = adminInPieces
  .meta({ permission: 'mail.manage', limit: 'outside' })
  .route({
    method: 'GET',
    path: '/settings/mail/integrations/{provider}/callback',
    tags: ['Mailboxes'],
    summary: 'What the provider answered: connects the mailbox, once, in the browser and the session that began it',
  })
  .input(
    z.object({
      provider,
      state: z.string().max(2000),
      code: z.string().max(8000).optional(),
      iss: z.string().max(500).optional(),
      error: z.string().max(200).optional(),
      error_description: z.string().max(4000).optional(),
    }),
  )
  .output(mailboxOutput)
  .handler(async ({ context, input: { provider, state, code, iss, error, error_description } }) => {
    const asked = await takeConsent(context, provider, state)
    if (error === 'access_denied') throw invalid({ '': ['mailboxes.consentDenied'] })
    if (error || !code) throw invalid({ '': [msg('mailboxes.other', { detail: cut(error_description ?? error ?? '', 200) })] })
    const { tenantId, id, usesApi, nonce } = asked
    const proof = { verifier: credentials().open({ tenantId, id, field: 'verifier' }, asked.verifier), nonce }
    const given = await exchangeCode(provider, { usesApi, redirectUri: redirectUri(provider), proof, code, issuer: iss }).catch(refuse)
    const isIncoming = await context.piece((work) => readsMail(work, asked))
    const account = await proveAccount(provider, { ...given, usesApi, isIncoming }).catch(refuse)
    const grant = { ...given, account }
    return context.conclude(async (work) => {
      const mailboxId = await (asked.mailboxId ? reconnect(work, asked, grant) : connect(work, asked, grant))
      return toMailboxOutput(await loadMailbox(work, mailboxId), await wordsFor(context.caller))
    })
  })

type Grant = Awaited<ReturnType<typeof exchangeCode>>

/**
 * What was asked, which is now used up: whatever comes of it, the answer counts once. Somebody else's stays: they may still be on
 * their way back with it.
 */
async function takeConsent(context: PiecesContext, provider: Mailbox['provider'], state: string): Promise<MailboxAuthorization> {
  const { caller, tenant, now } = context
  const sessionId = browserSessionOf(context)
  const read = provider === 'imap' ? null : readState(provider, state, now)
  if (!read || read.host !== caller.host) throw invalid({ '': ['mailboxes.consentOver'] })
  const browser = Buffer.from(browserHashOf(caller.headers, tenant.ref.slug) ?? '')
  const asked = await context.piece(async ({ tx }) => {
    const row = await tx.mailboxAuthorization.findFirst({ where: { tenantId: tenant.ref.id, id: read.id } })
    if (!row) return null
    const expected = Buffer.from(row.browserHash)
    const isOurs = row.sessionId === sessionId && browser.length === expected.length && timingSafeEqual(browser, expected)
    if (!isOurs) throw forbidden('mailboxes.consentElsewhere')
    const { count } = await tx.mailboxAuthorization.deleteMany({ where: { tenantId: row.tenantId, id: row.id } })
    return count > 0 ? row : null
  })
  if (!asked || asked.expiresAt <= now || asked.provider !== provider) throw invalid({ '': ['mailboxes.consentOver'] })
  return asked
}

async function readsMail(work: Work, { mailboxId, settings: given }: MailboxAuthorization): Promise<boolean> {
  return mailboxId ? (await loadMailbox(work, mailboxId)).isIncoming : settings.parse(given).isIncoming
}

/** What is written of an account that may be used. */
function accountData(place: { tenantId: string; id: string }, { provider, usesApi }: MailboxAuthorization, grant: Grant, isNew: boolean) {
  const preset = oauthPresets[provider as keyof typeof oauthPresets]
  const { incoming, outgoing } = presets[preset]
  const servers = {
    imapHost: incoming?.host,
    imapPort: incoming?.port,
    imapSecurity: incoming?.security,
    smtpHost: outgoing?.host,
    smtpPort: outgoing?.port,
    smtpSecurity: outgoing?.security,
  }
  return {
    provider,
    preset,
    usesApi,
    ...(isNew ? servers : {}),
    imapUser: grant.account.user,
    smtpUser: grant.account.user,
    imapPassword: null,
    smtpPassword: null,
    ...sealedTokens(place, grant),
    scopes: grant.scopes,
    accountId: grant.account.id,
    // Whoever renews the old tokens can't put them back.
    ...{ renewingId: null, renewingUntil: null },
    ...{ state: 'connected' as const, failures: 0, lastError: null, lastErrorAt: null, lastSendError: null, waitUntil: null },
  }
}

async function connect(work: Work, asked: MailboxAuthorization, grant: Grant): Promise<string> {
  const { address } = grant.account
  const { daysBack, name = address, senderName, departmentId, ...given } = settings.parse(asked.settings)
  await lockMailboxes(work)
  if (departmentId) await loadDepartment(work, departmentId)
  await refuseTakenAddress(work, address)
  const id = newId()
  const own = { ...given, name, address, senderName: senderName || null, departmentId: departmentId ?? null }
  const data = { ...own, ...accountData({ tenantId: asked.tenantId, id }, asked, grant, true) }
  await insertMailbox(work, { id, data, folders: ['INBOX'], daysBack })
  return id
}

const toldOf = ({ provider, state, usesApi }: Pick<Mailbox, 'provider' | 'state' | 'usesApi'>) => ({
  provider,
  state,
  access: usesApi ? 'api' : 'imap',
})

/** The same mailbox again: its tickets are those of its address, so another account is another mailbox. */
async function reconnect(work: Work, asked: MailboxAuthorization, grant: Grant): Promise<string> {
  const { tx, emit } = work
  const { tenantId } = asked
  await lockMailboxes(work)
  const before = await loadMailbox(work, asked.mailboxId as string)
  const { id, address } = before
  const { account } = grant
  if (account.address !== address) throw invalid({ '': [msg('mailboxes.otherAccount', { account: account.address, address })] })
  const isSame = before.provider !== asked.provider || before.accountId === null || before.accountId === account.id
  if (!isSame) throw invalid({ '': [msg('mailboxes.otherIdentity', { address })] })
  const data = { ...accountData({ tenantId, id }, asked, grant, before.provider !== asked.provider), version: { increment: 1 } }
  const after = await tx.mailbox.update({ where: { tenantId_id: { tenantId, id } }, data })
  await readAnewIfMoved(work, before, after)
  emit('mailbox.changed', { before: toldOf(before), after: { ...toldOf(after), consent: 'given' } }, { subjectId: id })
  if (before.isIncoming) await fetchSoon(work, id, 'request')
  return id
}
