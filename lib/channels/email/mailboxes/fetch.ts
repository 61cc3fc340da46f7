import { newId } from '../../../core/id'
import { msg } from '../../../core/message'
import { TimeoutError } from '../../../core/with-timeout'
import type { FetchCause, Mailbox } from '../../../db/generated/tenant/client'
import { withTenant } from '../../../db/scope'
import { asSystem } from '../../../events/as-system'
import { log } from '../../../log/log'
import { ApiError, busyText } from '../../../mail/account-api'
import { explainConnectionError, MailboxError } from '../../../mail/connection-errors'
import { type Imap, imapLimits } from '../../../mail/imap'
import type { ResolvedTenant } from '../../../tenancy/resolve'
import { receiveMail } from '../receive'
import { withMailbox } from './account'
import { fetchDelta } from './delta'
import {
  afterRenumbering,
  type FolderState,
  forgetMissing,
  isWanted,
  mostTries,
  noteMissing,
  readFolders,
  saveFolder,
  wantedFrom,
} from './folder'
import { type Lease, leaseMailbox } from './lease'
import { believedOf } from './preset'
import { type DownloadLimits, download, type Listed, listMessages, markSeen, newUids, openFolder } from './remote-message'
import type { FetchProblem } from './schema'

export interface FetchLimits extends DownloadLimits {
  /** After it no further message is begun; the next fetch goes on where this one stopped. */
  wholeMs: number
  /** How often the lease of the mailbox is renewed. */
  renewMs: number
}

export const fetchLimits: FetchLimits = {
  ...imapLimits,
  readMs: imapLimits.commandMs,
  wholeMs: 240_000,
  messageBytes: 50 * 1024 * 1024,
  renewMs: 20_000,
}

/** Fetches that fail in a row before a mailbox counts as failing. */
const failuresAllowed = 3
/** How many messages are looked at with one command. */
const atOnce = 100

export interface FetchReport {
  /** Another process has it, or there is nothing to fetch from. */
  isSkipped: boolean
  messages: number
  error: string | null
  problems: FetchProblem[]
  /** Time ran out before all of it was fetched. */
  hasMore: boolean
  /** Whether the server says by itself when something comes in. */
  canIdle: boolean
}

interface Run {
  tenant: ResolvedTenant
  mailbox: Mailbox
  fetchId: string
  lease: Lease
  limits: FetchLimits
  isAsked: boolean
  endsAt: number
  /** Whether a message had its turn, and with it all the time there is. */
  hasBegun: boolean
  /** The provider asks to be left alone until then. */
  waitUntil: Date | null
  report: FetchReport
}

/**
 * Fetches what is new in a mailbox. What goes wrong ends in the log and in the mailbox's state, never in the caller: other mailboxes
 * go on. One process has a mailbox at a time.
 */
export async function fetchMailbox(
  tenant: ResolvedTenant,
  mailboxId: string,
  cause: FetchCause,
  limits: FetchLimits = fetchLimits,
): Promise<FetchReport> {
  const report: FetchReport = { isSkipped: false, messages: 0, error: null, problems: [], hasMore: false, canIdle: false }
  const lease = await leaseMailbox(tenant, mailboxId)
  if (!lease) return { ...report, isSkipped: true }
  const { id: tenantId } = tenant.ref
  const fetchId = newId()
  try {
    const mailbox = await withTenant(tenant.ref, async (tx) => {
      const row = await tx.mailbox.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id: mailboxId } } })
      await tx.mailboxFetch.create({ data: { tenantId, id: fetchId, mailboxId, cause, startedAt: new Date() }, select: { id: true } })
      return row
    })
    const isAsked = cause === 'request'
    const run: Run = {
      tenant,
      mailbox,
      fetchId,
      lease,
      limits,
      isAsked,
      endsAt: Date.now() + limits.wholeMs,
      hasBegun: false,
      waitUntil: null,
      report,
    }
    try {
      if (mailbox.waitUntil && mailbox.waitUntil > new Date()) run.waitUntil = mailbox.waitUntil
      else if (mailbox.usesApi) await fetchByApi(run)
      else await fetchByImap(run)
    } catch (error) {
      if (error instanceof ApiError && error.isBusy) run.waitUntil = new Date(Date.now() + waitSeconds(error) * 1000)
      report.error = explainConnectionError(error)
      log().info({ err: error, tenantId, mailboxId }, 'a mailbox could not be fetched')
    }
    await finish(run)
    return report
  } finally {
    await lease.end()
  }
}

const fetchByImap = (run: Run) =>
  withMailbox(run.tenant, run.mailbox, run.limits, async (imap) => {
    const stopRenewing = renew(run, (why) => imap.end(why))
    run.report.canIdle = imap.client.capabilities.has('IDLE')
    try {
      for (const folder of await readFolders(run.tenant, run.mailbox.id)) {
        if (run.report.hasMore) break
        await fetchFolder(run, imap, folder)
      }
    } finally {
      stopRenewing()
    }
  })

async function fetchByApi(run: Run) {
  const over = new AbortController()
  const stopRenewing = renew(run, (why) => over.abort(why))
  try {
    await fetchDelta({
      ...run,
      messageBytes: run.limits.messageBytes,
      over: over.signal,
      isOver: () => isOver(run),
      receive: (raw) => receive(run, raw),
    })
  } finally {
    stopRenewing()
  }
}

/** How long a provider is left alone that says no more than that it is busy, and the longest that it may ask for. */
const usualWait = 60
const longestWait = 3600
const waitSeconds = ({ retryAfterSeconds }: ApiError) => Math.min(retryAfterSeconds ?? usualWait, longestWait)

async function fetchFolder(run: Run, imap: Imap, folder: FolderState) {
  const { tenant, mailbox, report } = run
  const opened = await openFolder(imap, folder.path, !mailbox.marksSeen)
  if (!opened) {
    // The other folders are there.
    report.error = msg('mailboxes.folderGone', { folder: folder.path })
    return
  }
  if (!opened.uidValidity || !opened.uidNext) throw new MailboxError('mailboxes.garbage')
  if (folder.uidValidity !== opened.uidValidity) {
    const datedFrom = folder.uidValidity === null ? null : afterRenumbering(mailbox)
    Object.assign(folder, { uidValidity: opened.uidValidity, datedUntil: opened.uidNext - 1, datedFrom, lastUid: 0, missing: [] })
    await saveFolder(tenant, run.lease, mailbox.id, folder)
  }
  const asked = folder.missing.filter(({ tries }) => tries < mostTries || run.isAsked).map(({ uid }) => Number(uid))
  for (const batch of batchesOf(await newUids(imap, folder, wantedFrom(mailbox, folder)), atOnce)) {
    const listed = await listMessages(imap, batch)
    for (const uid of batch) {
      if (isOver(run)) return
      if (isWanted(uid, listed.get(uid), mailbox, folder) && !(await fetchMessage(run, imap, folder, uid, listed.get(uid)))) return
      folder.lastUid = uid
      await saveFolder(tenant, run.lease, mailbox.id, folder)
    }
  }
  if (folder.lastUid < folder.datedUntil) {
    folder.lastUid = folder.datedUntil
    await saveFolder(tenant, run.lease, mailbox.id, folder)
  }
  // After the new ones: what ends the connection keeps nothing from coming in.
  for (const uid of asked) {
    if (isOver(run)) return
    if (!(await fetchMessage(run, imap, folder, uid, (await listMessages(imap, [uid])).get(uid)))) return
    await saveFolder(tenant, run.lease, mailbox.id, folder)
  }
}

function isOver({ report, endsAt }: Run): boolean {
  report.hasMore ||= Date.now() > endsAt
  return report.hasMore
}

/** Stores one message, or notes that the server did not give it. @returns false when time ran out: the next fetch begins with it */
async function fetchMessage(run: Run, imap: Imap, folder: FolderState, uid: number, listed: Listed | undefined): Promise<boolean> {
  const { tenant, mailbox, report } = run
  let raw: Buffer | null
  const isFirst = !run.hasBegun
  run.hasBegun = true
  try {
    raw = await download(imap, uid, listed?.size ?? 0, run)
  } catch (error) {
    if (error instanceof TimeoutError && !isFirst && isOver(run)) return false
    const { tries, error: text } = noteMissing(folder, uid, explainConnectionError(error))
    if (tries >= mostTries) report.problems.push({ folder: folder.path, uid, error: text })
    if (imap.client.usable) return true
    // The next fetch begins after it, and asks for it once more when it has the others.
    folder.lastUid = Math.max(folder.lastUid, uid)
    await saveFolder(tenant, run.lease, mailbox.id, folder)
    throw error
  }
  if (raw) {
    await receive(run, raw)
    if (mailbox.marksSeen) await markSeen(imap, uid)
  }
  forgetMissing(folder, uid)
  return true
}

async function receive({ tenant, mailbox, fetchId, report }: Run, raw: Buffer) {
  const fetched = { mailboxId: mailbox.id, fetchId }
  const provider = mailbox.usesApi ? mailbox.provider : 'imap'
  const { isNew } = await receiveMail(tenant, { recipient: mailbox.address, provider, raw, fetched, ...believedOf(mailbox) }, newId())
  if (isNew) report.messages++
}

/** Keeps the mailbox while it is fetched, however long one message takes. Whoever lost it stops. @returns what ends it */
function renew({ tenant, mailbox, lease, limits }: Run, end: (why: Error) => void): () => void {
  const timer = setInterval(() => {
    lease.renew().then(
      (isOurs) => {
        if (!isOurs) end(new MailboxError('mailboxes.gone'))
      },
      // The lease outlasts some of these.
      (err) => log().warn({ err, tenantId: tenant.ref.id, mailboxId: mailbox.id }, 'the lease of a mailbox could not be renewed'),
    )
  }, limits.renewMs)
  return () => clearInterval(timer)
}

/** Writes the log, and how the mailbox stands. Admins hear once when it begins to fail. */
async function finish({ tenant, mailbox, fetchId, lease, report, waitUntil }: Run) {
  const tenantId = tenant.ref.id
  if (waitUntil) report.error = busyText(waitUntil)
  const { messages, error, problems } = report
  const { name, address } = mailbox
  await asSystem(tenant, 'mailbox', async ({ tx, now, emit }) => {
    await tx.mailboxFetch.updateMany({ where: { tenantId, id: fetchId }, data: { endedAt: now, messages, error, problems } })
    // Whoever has the mailbox by now says how it stands.
    const own = { tenantId, id: mailbox.id, leaseId: lease.id, state: { not: 'revoked' as const } }
    if (error === null) {
      // What is left over came before now.
      const lastFetchedAt = report.hasMore ? undefined : now
      const healthy = { state: 'connected' as const, failures: 0, lastError: null, lastErrorAt: null, lastFetchedAt, waitUntil: null }
      const { count } = await tx.mailbox.updateMany({ where: own, data: healthy })
      if (count > 0 && mailbox.state === 'failing') emit('mailbox.recovered', { name, address }, { subjectId: mailbox.id })
      return
    }
    if (waitUntil) {
      // That it is busy is no failure of the mailbox.
      await tx.mailbox.updateMany({ where: own, data: { waitUntil, lastError: error, lastErrorAt: now } })
      return
    }
    const failures = mailbox.failures + 1
    const isFailing = failures >= failuresAllowed
    const state = isFailing ? ('failing' as const) : mailbox.state
    const { count } = await tx.mailbox.updateMany({ where: own, data: { state, failures, lastError: error, lastErrorAt: now } })
    if (count > 0 && isFailing && mailbox.state !== 'failing')
      emit('mailbox.failed', { name, address, error, isRevoked: false }, { subjectId: mailbox.id })
  })
}

function* batchesOf<T>(items: readonly T[], size: number) {
  for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size)
}
