import { setTimeout as pause } from 'node:timers/promises'
import { asBackground } from '../../../core/background'
import { fairQueue } from '../../../core/fair-queue'
import { newId } from '../../../core/id'
import { withTenant } from '../../../db/scope'
import { forEachIsolated } from '../../../log/for-each-isolated'
import { log } from '../../../log/log'
import { MailboxError } from '../../../mail/connection-errors'
import { type ImapLimits, imapLimits } from '../../../mail/imap'
import { findTenant, type ResolvedTenant } from '../../../tenancy/resolve'
import { withMailbox } from './account'
import { fetchMailbox } from './fetch'
import { type FolderState, readFolders } from './folder'
import { freeIdle, renewIdle, takeIdle } from './lease'
import { openFolder } from './remote-message'

export interface IdleLimits extends ImapLimits {
  /** Connections that a process holds; mailboxes beyond them are fetched by the schedule alone. */
  connections: number
  /** Fetches of a process that run because something came in. */
  fetches: number
  /** How often the leases are renewed, and changed mailboxes noticed. */
  renewMs: number
  /** After it the server is asked whether it is still there; before a router forgets the connection. */
  refreshMs: number
  /** The wait before a connection that broke is made again; twice as long each time. */
  firstWaitMs: number
  /** A connection that held so long was well: what breaks later is its first failure. */
  stableMs: number
  /** Connections that break in a row before the schedule alone goes on with the mailbox. */
  tries: number
  /** The least time between two fetches of a mailbox; twice as long each time that nothing had come in, up to the most. */
  restMs: number
  mostRestMs: number
}

export const idleLimits: IdleLimits = {
  ...imapLimits,
  countMs: 500,
  connections: 100,
  fetches: 5,
  renewMs: 20_000,
  refreshMs: 100_000,
  firstWaitMs: 1000,
  stableMs: 120_000,
  tries: 8,
  restMs: 1000,
  mostRestMs: 60_000,
}

/** When the process ends: for saying goodbye, and for the fetches that run. */
const farewellMs = 2000
const drainMs = 10_000
/** Of lines without meaning, until the server is asked again. */
const mostBytes = 256 * 1024

interface Watch {
  tenant: ResolvedTenant
  mailboxId: string
  version: number
  /** Aborted when this process lets the mailbox go. */
  over: AbortController
  /** Ends the connection, so that it is made anew. */
  reconnect(): void
  done: Promise<void>
  fetching: Promise<void> | null
}

export interface Listener {
  /** Takes a mailbox that was just fetched, unless another process has it or there is no place. */
  offer(tenant: ResolvedTenant, mailboxId: string): Promise<void>
  /** Closes the connections and gives the mailboxes back. */
  stop(): Promise<void>
}

const store = globalThis as typeof globalThis & { __barazaMailboxes?: Listener }

/** Offers a mailbox whose server says when something comes in, where this process listens at all. */
export const offerMailbox = (tenant: ResolvedTenant, mailboxId: string) => store.__barazaMailboxes?.offer(tenant, mailboxId)

/** Lets this process listen to mailboxes, each by one process. @returns what ends it */
export function listenToMailboxes(limits: IdleLimits = idleLimits): () => Promise<void> {
  const listener = openListener(limits)
  store.__barazaMailboxes = listener
  return async () => {
    if (store.__barazaMailboxes === listener) store.__barazaMailboxes = undefined
    await listener.stop()
  }
}

/**
 * Waits at the servers of mailboxes until they say that something came in (RFC 2177), and has it fetched as ever. Whatever goes wrong
 * costs time alone: the schedule fetches each mailbox all the same, and offers it again.
 */
export function openListener(limits: IdleLimits): Listener {
  const processId = newId()
  const watches = new Map<string, Watch>()
  const inTurn = fairQueue(limits.fetches)
  let isStopped = false

  async function offer(tenant: ResolvedTenant, mailboxId: string) {
    const known = watches.get(mailboxId)
    if (known) return renew([known])
    if (isStopped || watches.size >= limits.connections) return
    const over = new AbortController()
    const watch: Watch = { tenant, mailboxId, version: 0, over, reconnect: () => {}, done: Promise.resolve(), fetching: null }
    // Its place is taken before the database is asked, so that no more are asked for than there are.
    watches.set(mailboxId, watch)
    const isOurs = await takeIdle(tenant.ref, mailboxId, processId).catch((error) => {
      watches.delete(mailboxId)
      throw error
    })
    if (!isOurs || isStopped) {
      watches.delete(mailboxId)
      if (isOurs) await freeIdle(tenant.ref, mailboxId, processId)
      return
    }
    watch.done = asBackground(() => keep(watch))
  }

  /** Connects, and again when the connection breaks, each time after a longer wait. */
  async function keep(watch: Watch) {
    const { tenant, mailboxId, over } = watch
    let failures = 0
    while (!over.signal.aborted && failures < limits.tries) {
      const begunAt = Date.now()
      try {
        await listen(watch)
      } catch (error) {
        log().info({ err: error, tenantId: tenant.ref.id, mailboxId }, 'a mailbox is listened to no longer; it is connected again')
      }
      failures = Date.now() - begunAt >= limits.stableMs ? 1 : failures + 1
      // Not all at once after a network was gone.
      const waitMs = limits.firstWaitMs * 2 ** (failures - 1) * (0.75 + Math.random() / 2)
      if (failures < limits.tries) await pause(waitMs, undefined, { signal: over.signal }).catch(() => {})
    }
    watches.delete(mailboxId)
    await freeIdle(tenant.ref, mailboxId, processId).catch((err) =>
      log().warn({ err, tenantId: tenant.ref.id, mailboxId }, 'a mailbox could not be given back; its lease ends by itself'),
    )
  }

  async function listen(watch: Watch) {
    const { tenant, mailboxId, over } = watch
    const { ref } = tenant
    const where = { tenantId_id: { tenantId: ref.id, id: mailboxId } }
    const mailbox = await withTenant(ref, (tx) => tx.mailbox.findUniqueOrThrow({ where }))
    watch.version = mailbox.version
    const folders = await readFolders(tenant, mailboxId)
    const folder = folders.find(({ path }) => path.toUpperCase() === 'INBOX') ?? folders[0]
    if (!folder) return over.abort()
    await withMailbox(tenant, mailbox, limits, async (imap) => {
      const { client, run } = imap
      watch.reconnect = () => imap.end(new MailboxError('mailboxes.gone'))
      const opened = await openFolder(imap, folder.path, true)
      // What is not to be had here is the schedule's to find out.
      if (!opened || !client.capabilities.has('IDLE')) return over.abort()
      const fetch = fetches(watch, imap.end)
      client.on('exists', ({ count, prevCount }) => count > prevCount && fetch())
      // What came since the last fetch, for which no server rings.
      if (isBehind(folder, opened)) fetch()
      while (!over.signal.aborted) {
        const idling = client.idle()
        const isOver = await Promise.race([
          idling.then(() => true),
          pause(limits.refreshMs, false, { signal: over.signal }).catch(() => false),
        ])
        // A server that ends it by itself would be asked again and again.
        if (isOver) throw new MailboxError('mailboxes.hungUp')
        await run('asking', client.noop(), { bytes: mostBytes })
        await idling
      }
    })
  }

  /** @returns what has a mailbox fetched: at once, and once more for what comes meanwhile. One that can't be fetched is let go for a while */
  function fetches(watch: Watch, end: (why: Error) => void): () => void {
    const { tenant, mailboxId, over } = watch
    let isWanted = false
    let restMs = limits.restMs
    const fetchAll = async () => {
      while (isWanted && !over.signal.aborted) {
        isWanted = false
        const { isSkipped, messages, hasMore, error } = await inTurn(mailboxId, () => fetchMailbox(tenant, mailboxId, 'idle'))
        if (error) return end(new Error(error))
        // Whoever has it may have looked before this came.
        isWanted ||= isSkipped || hasMore
        // A server that rings for nothing would fill the log, and take the turn of others.
        restMs = isSkipped || messages > 0 || hasMore ? limits.restMs : Math.min(2 * restMs, limits.mostRestMs)
        await pause(restMs, undefined, { signal: over.signal }).catch(() => {})
      }
    }
    return () => {
      isWanted = true
      watch.fetching ??= fetchAll()
        .catch((error: Error) => end(error))
        .finally(() => {
          watch.fetching = null
        })
    }
  }

  async function renew(some: Iterable<Watch>) {
    await forEachIsolated([...Map.groupBy(some, ({ tenant }) => tenant.ref)], 'lease', async ([ref, held]) => {
      const ids = held.map(({ mailboxId }) => mailboxId)
      const isActive = (await findTenant({ id: ref.id }))?.status === 'active'
      const ours = isActive ? await renewIdle(ref, ids, processId) : new Map<string, number>()
      for (const watch of held) {
        const version = ours.get(watch.mailboxId)
        if (version === undefined) watch.over.abort()
        if (version !== watch.version) watch.reconnect()
      }
    })
  }

  const timer = setInterval(
    () =>
      void asBackground(() => renew(watches.values())).catch((err) =>
        // The leases outlast some of these.
        log().warn({ err }, 'the leases of mailboxes that are listened to could not be renewed'),
      ),
    limits.renewMs,
  )
  return {
    offer,
    async stop() {
      isStopped = true
      clearInterval(timer)
      const all = [...watches.values()]
      for (const { over } of all) over.abort()
      const late = setTimeout(() => {
        for (const { reconnect } of all) reconnect()
      }, farewellMs)
      const ended = Promise.all(all.flatMap(({ done, fetching }) => [done, fetching]))
      await Promise.race([ended, pause(drainMs, undefined, { ref: false })])
      clearTimeout(late)
    },
  }
}

/** Whether a folder has what was not fetched. */
const isBehind = (folder: FolderState, { uidValidity, uidNext }: { uidValidity: bigint; uidNext: number }) =>
  folder.uidValidity !== uidValidity || folder.lastUid < uidNext - 1
