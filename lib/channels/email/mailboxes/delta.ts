import { z } from 'zod'
import { msg } from '../../../core/message'
import type { Mailbox } from '../../../db/generated/tenant/client'
import { accountApis, askAs } from '../../../mail/account'
import { type AccountApi, ApiError, type Ask, CursorExpiredError } from '../../../mail/account-api'
import { explainConnectionError } from '../../../mail/connection-errors'
import type { ResolvedTenant } from '../../../tenancy/resolve'
import { afterRenumbering, type FolderState, forgetMissing, mostTries, noteMissing, readFolders, saveFolder, wantedFrom } from './folder'
import type { Lease } from './lease'
import type { FetchProblem } from './schema'

/** What a fetch by the provider's own interface needs of the one that runs it. */
export interface DeltaRun {
  tenant: ResolvedTenant
  mailbox: Mailbox
  lease: Lease
  messageBytes: number
  isAsked: boolean
  /** Aborted when the mailbox is another process's by now. */
  over: AbortSignal
  report: { error: string | null; problems: FetchProblem[]; hasMore: boolean }
  isOver(): boolean
  receive(raw: Buffer): Promise<void>
}

/** How far a folder is: where a page begins, and what of the page is stored. */
const position = z.object({ at: z.string().nullable(), done: z.array(z.string()) })
type Position = z.output<typeof position>

const positionOf = ({ apiCursor }: FolderState): Position => (apiCursor ? position.parse(JSON.parse(apiCursor)) : { at: null, done: [] })

/** Messages in a row that the provider fails to give: then it is the provider that fails. */
const failuresInRow = 3

/** Fetches what is new in each folder, each message once. */
export async function fetchDelta(run: DeltaRun): Promise<void> {
  const { tenant, mailbox, report } = run
  if (mailbox.provider === 'imap') throw new Error('a mailbox that has no account')
  const api = accountApis[mailbox.provider]
  const ask = await askAs(tenant, mailbox.id, run)
  for (const folder of await readFolders(tenant, mailbox.id)) {
    if (report.hasMore) return
    const folderId = await api.folderId(ask, folder.path)
    // The other folders are there.
    if (folderId) await fetchFolder(run, api, ask, folder, folderId)
    else report.error = msg('mailboxes.folderGone', { folder: folder.path })
  }
}

async function fetchFolder(run: DeltaRun, api: AccountApi, ask: Ask, folder: FolderState, folderId: string) {
  const asked = folder.missing.filter(({ tries }) => tries < mostTries || run.isAsked).map(({ uid }) => String(uid))
  let { at, done } = positionOf(folder)
  for (;;) {
    const page = await pageOf(run, api, ask, folder, folderId, at)
    if (!page) {
      ;({ at, done } = { at: null, done: [] })
      continue
    }
    const before = at
    const left = page.ids.filter((id) => !done.includes(id))
    const isWhole = await fetchMessages(run, api, ask, folder, left, async (id) => {
      done.push(id)
      await keep(run, folder, { at: before, done })
    })
    if (!isWhole) return
    ;({ at, done } = { at: page.cursor, done: [] })
    await keep(run, folder, { at, done })
    if (!page.hasMore) break
  }
  // After the new ones, as those of a server are.
  await fetchMessages(run, api, ask, folder, asked, async () => keep(run, folder, { at, done: [] }))
}

const keep = ({ tenant, lease, mailbox }: DeltaRun, folder: FolderState, to: Position) => {
  folder.apiCursor = JSON.stringify(to)
  return saveFolder(tenant, lease, mailbox.id, folder)
}

/** @returns null when the provider forgot how far we were: then all since a day before the last fetch is looked at, and known again */
async function pageOf({ mailbox }: DeltaRun, api: AccountApi, ask: Ask, folder: FolderState, folderId: string, at: string | null) {
  try {
    return await api.page(ask, folderId, at, wantedFrom(mailbox, folder))
  } catch (error) {
    if (!(error instanceof CursorExpiredError) || at === null) throw error
    folder.datedFrom = afterRenumbering(mailbox)
    return null
  }
}

/** Stores messages one after the other. @returns false when time ran out */
async function fetchMessages(
  run: DeltaRun,
  api: AccountApi,
  ask: Ask,
  folder: FolderState,
  ids: string[],
  stored: (id: string) => Promise<void>,
): Promise<boolean> {
  /** Those of the last ones that did not come. */
  let failed: { id: string; error: unknown }[] = []
  const noteFailed = async () => {
    for (const { id, error } of failed) {
      const { tries, error: text } = noteMissing(folder, id, explainConnectionError(error))
      if (tries >= mostTries) run.report.problems.push({ folder: folder.path, uid: id, error: text })
      await stored(id)
    }
    failed = []
  }
  for (const id of ids) {
    if (run.isOver()) return false
    let raw: Buffer | null
    try {
      raw = await api.raw(ask, id, run.messageBytes)
    } catch (error) {
      if (run.over.aborted || isOfAll(error)) throw error
      failed.push({ id, error })
      if (failed.length >= failuresInRow) throw error
      continue
    }
    await noteFailed()
    if (raw) await run.receive(raw)
    forgetMissing(folder, id)
    await stored(id)
  }
  await noteFailed()
  return true
}

/** What is wrong with the account or with the provider as a whole, not with one message. */
const isOfAll = (error: unknown) => error instanceof ApiError && (error.isBusy || error.status === 401 || error.status === 403)
