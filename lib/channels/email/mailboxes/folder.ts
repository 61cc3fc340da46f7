import { z } from 'zod'
import type { Mailbox } from '../../../db/generated/tenant/client'
import { withTenant } from '../../../db/scope'
import type { Work } from '../../../events/work'
import type { ResolvedTenant } from '../../../tenancy/resolve'
import type { Lease } from './lease'

/** By its number in the folder, or by the provider's name for it. */
const missingMessage = z.object({ uid: z.union([z.number().int(), z.string()]), tries: z.number().int(), error: z.string() })
/** A message that the server has and did not give. */
export type MissingMessage = z.output<typeof missingMessage>
const missingMessages = z.array(missingMessage).catch([])

/** Fetches in which a message is asked for before it is given up; whoever asks for a fetch asks for it once more. */
export const mostTries = 4
/** Beyond it a server that gives nothing fills no table. */
const mostMissing = 500

/** How far a folder was fetched. */
export interface FolderState {
  path: string
  uidValidity: bigint | null
  datedUntil: number
  datedFrom: Date | null
  lastUid: number
  missing: MissingMessage[]
  /** How far it was read by the provider's own interface. */
  apiCursor: string | null
}

export async function readFolders({ ref }: ResolvedTenant, mailboxId: string): Promise<FolderState[]> {
  const rows = await withTenant(ref, (tx) =>
    tx.mailboxFolder.findMany({ where: { tenantId: ref.id, mailboxId }, orderBy: { path: 'asc' }, take: 100 }),
  )
  return rows.map(({ path, uidValidity, datedUntil, datedFrom, lastUid, missing, apiCursor }) => ({
    path,
    uidValidity,
    datedUntil: Number(datedUntil),
    datedFrom,
    lastUid: Number(lastUid),
    missing: missingMessages.parse(missing),
    apiCursor,
  }))
}

/**
 * Keeps how far a folder was fetched. Called after what came before it was stored, never before.
 * @throws when another process has the mailbox by now: it knows better
 */
export async function saveFolder({ ref }: ResolvedTenant, lease: Lease, mailboxId: string, folder: FolderState): Promise<void> {
  const { path, uidValidity, datedUntil, datedFrom, lastUid, missing, apiCursor } = folder
  await withTenant(ref, async (tx) => {
    await lease.hold(tx)
    await tx.mailboxFolder.updateMany({
      where: { tenantId: ref.id, mailboxId, path },
      data: { uidValidity, datedUntil, datedFrom, lastUid, missing: missing.slice(-mostMissing), apiCursor },
    })
  })
}

/** Notes that a message was not given, once more. */
export function noteMissing(folder: FolderState, uid: number | string, error: string): MissingMessage {
  const before = folder.missing.find((each) => each.uid === uid)
  const entry = { uid, tries: (before?.tries ?? 0) + 1, error }
  folder.missing = [...folder.missing.filter((each) => each !== before), entry]
  return entry
}

export function forgetMissing(folder: FolderState, uid: number | string) {
  folder.missing = folder.missing.filter((each) => each.uid !== uid)
}

/**
 * From when on mail is looked at again when a folder's numbers mean other messages than before: a day before the last fetch that
 * went well. What of it is stored is known by its bytes; what came earlier was fetched, and may have been erased since.
 * @returns null for all since `fetchSince`: nothing was fetched yet
 */
export function afterRenumbering({ lastFetchedAt, fetchSince }: Mailbox): Date | null {
  if (!lastFetchedAt) return null
  return new Date(Math.max(lastFetchedAt.getTime() - 86_400_000, fetchSince.getTime()))
}

type Account = Pick<Mailbox, 'imapHost' | 'imapPort' | 'imapUser' | 'address' | 'usesApi'>
const accountOf = ({ imapHost, imapPort, imapUser, address, usesApi }: Account) =>
  JSON.stringify([imapHost, imapPort, imapUser || address, usesApi])

/**
 * Reads the folders of a mailbox anew if it is another account than before, where numbers mean other messages even if the folder says
 * that they are the same: as when it was connected, with what came since a day before the last fetch that went well. Whoever
 * fetches the old account loses the mailbox, and can't say how far it is.
 */
export async function readAnewIfMoved({ tx, tenant }: Pick<Work, 'tx' | 'tenant'>, before: Mailbox, after: Account) {
  if (accountOf(before) === accountOf(after)) return
  const tenantId = tenant.ref.id
  const { id: mailboxId, fetchSince } = before
  await tx.mailbox.update({
    where: { tenantId_id: { tenantId, id: mailboxId } },
    data: {
      fetchSince: afterRenumbering(before) ?? fetchSince,
      leaseId: null,
      leasedUntil: null,
      idleId: null,
      idleUntil: null,
    },
    select: { id: true },
  })
  await tx.mailboxFolder.updateMany({
    where: { tenantId, mailboxId },
    data: { uidValidity: null, datedUntil: 0, datedFrom: null, lastUid: 0, missing: [], apiCursor: null },
  })
}

export const wantedFrom = ({ fetchSince }: Mailbox, { datedFrom }: FolderState) => datedFrom ?? fetchSince

/** What was in the folder when it was first seen is wanted if it came since the mailbox was connected, or since it was
 * known by other numbers. Servers know seconds. */
export function isWanted(uid: number, listed: { cameAt: number } | undefined, mailbox: Mailbox, folder: FolderState): boolean {
  if (uid > folder.datedUntil || !listed || Number.isNaN(listed.cameAt)) return true
  return listed.cameAt >= Math.floor(wantedFrom(mailbox, folder).getTime() / 1000) * 1000
}
