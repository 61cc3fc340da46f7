import { z } from 'zod'
import { type AccountApi, ApiError, type ApiPage, type Ask, CursorExpiredError, json } from './account-api'
import { addressedTo } from './addressed'
import { MailboxError } from './connection-errors'
import { wholeBytes } from './enclosure'
import { apiOrigins } from './oauth'

const at = (path: string) => `${apiOrigins.microsoft()}/v1.0/me/${path}`
/** Ids that stay when a message is moved, and pages of a size that is soon stored. */
const headers = { prefer: 'IdType="ImmutableId", odata.maxpagesize=50' }

const message = z.object({ id: z.string(), receivedDateTime: z.string().optional(), '@removed': z.unknown().optional() })
const delta = z.object({
  value: z.array(message),
  '@odata.nextLink': z.string().optional(),
  '@odata.deltaLink': z.string().optional(),
})
const listed = z.object({ value: z.array(z.object({ id: z.string() })), '@odata.nextLink': z.string().optional() })
const counted = z.object({ '@odata.count': z.number().int() })
const folder = z.object({ id: z.string(), displayName: z.string() })
const folders = z.object({ value: z.array(folder) })

const inside = (parent: string | null) => (parent ? `mailFolders/${encodeURIComponent(parent)}/childFolders` : 'mailFolders')
const select = '$select=id,displayName'

/** A delta that begins at a time tells of no more messages than this from before. */
const mostInDelta = 5000

/** While more than that is read: where its next page is, null after the last one; and from when on the delta goes on. */
const backlog = z.object({ next: z.string().nullable(), start: z.iso.datetime() })

const messagesIn = (folderId: string) => at(`mailFolders/${encodeURIComponent(folderId)}/messages`)
// not-words: a filter
const since = (date: Date | string) => `receivedDateTime ge ${typeof date === 'string' ? date : date.toISOString()}`

/** Microsoft Graph: what changed in a folder, and messages as they came. */
export const graph: AccountApi = {
  async folderId(ask, path) {
    if (path === 'INBOX') return 'inbox'
    let parent: string | null = null
    for (const name of path.split('/')) {
      const filter = new URLSearchParams({ $filter: `displayName eq '${name.replaceAll("'", "''")}'` })
      const found: z.output<typeof folders> = await json(folders, ask(at(`${inside(parent)}?${filter}&${select}`), { headers }))
      parent = found.value.find(({ displayName }) => displayName === name)?.id ?? null
      if (!parent) return null
    }
    return parent
  },

  async folders(ask) {
    const list = async (parent: string | null) => (await json(folders, ask(at(`${inside(parent)}?$top=100&${select}`), { headers }))).value
    const inbox = await json(folder, ask(at(`mailFolders/inbox?${select}`), { headers }))
    const outer = await list(null)
    const names = outer.filter(({ id }) => id !== inbox.id).map(({ displayName }) => displayName)
    const inner = (await list(inbox.id)).map(({ displayName }) => `${inbox.displayName}/${displayName}`)
    return ['INBOX', ...names, ...inner]
  },

  async page(ask, folderId, cursor, from) {
    const left = cursor?.startsWith('{') ? backlog.parse(JSON.parse(cursor)) : null
    if (left?.next) return backlogPage(ask, left.next, left.start)
    if (left) return deltaPage(ask, folderId, null, left.start)
    if (cursor === null && (await countSince(ask, folderId, from)) > mostInDelta) {
      // The earliest first, so that what comes meanwhile is at its end; the delta tells of it as well.
      const query = new URLSearchParams({ $filter: since(from), $orderby: 'receivedDateTime asc', $select: 'id', $top: '50' })
      return backlogPage(ask, `${messagesIn(folderId)}?${query}`, new Date(Date.now() - overlapMs).toISOString())
    }
    return deltaPage(ask, folderId, cursor, from)
  },

  async raw(ask, id, most) {
    try {
      return await ask(at(`messages/${encodeURIComponent(id)}/$value`), { headers, most })
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null
      throw error
    }
  },

  async send(ask: Ask, mail) {
    const body = (await wholeBytes({ ...mail, raw: addressedTo(mail.raw, mail.recipients) })).toString('base64')
    await ask(at('sendMail'), { method: 'POST', headers: { 'content-type': 'text/plain' }, body })
    return { providerId: null, refused: [] }
  },
}

const profile = z.object({ mail: z.string().nullish(), userPrincipalName: z.string().nullish() })

/** The addresses of the account's mailbox, as the mailbox's own organisation has them, in lower case. */
export async function addressesAtMicrosoft(ask: Ask): Promise<string[]> {
  const { mail, userPrincipalName } = await json(profile, ask(`${apiOrigins.microsoft()}/v1.0/me?$select=mail,userPrincipalName`))
  return [mail, userPrincipalName].flatMap((name) => (name?.includes('@') ? [name.toLowerCase()] : []))
}

/** Clocks differ, and a message may be filed a while after it is dated. */
const overlapMs = 3_600_000

async function countSince(ask: Ask, folderId: string, from: Date): Promise<number> {
  const query = new URLSearchParams({ $filter: since(from), $count: 'true', $top: '1', $select: 'id' })
  return (await json(counted, ask(`${messagesIn(folderId)}?${query}`, { headers })))['@odata.count']
}

async function backlogPage(ask: Ask, url: string, start: string): Promise<ApiPage> {
  const read = await json(listed, ask(url, { headers })).catch(asExpired)
  const next = read['@odata.nextLink'] === undefined ? null : ownAddress(read['@odata.nextLink'])
  // The delta comes after it in any case.
  return { ids: read.value.map(({ id }) => id), cursor: JSON.stringify({ next, start }), hasMore: true }
}

async function deltaPage(ask: Ask, folderId: string, cursor: string | null, from: Date | string): Promise<ApiPage> {
  const query = new URLSearchParams({ changeType: 'created', $filter: since(from), $select: 'id,receivedDateTime' })
  const read = await json(delta, ask(cursor ?? `${messagesIn(folderId)}/delta?${query}`, { headers })).catch((error) => {
    if (cursor) asExpired(error)
    throw error
  })
  const next = ownAddress(read['@odata.nextLink'] ?? read['@odata.deltaLink'] ?? '')
  // The latest comes first there.
  const there = read.value.filter((each) => each['@removed'] === undefined).toReversed()
  const ids = there.toSorted((a, b) => (a.receivedDateTime ?? '').localeCompare(b.receivedDateTime ?? '')).map(({ id }) => id)
  return { ids, cursor: next, hasMore: read['@odata.nextLink'] !== undefined }
}

/** The token goes there. */
function ownAddress(url: string): string {
  if (!url.startsWith(`${apiOrigins.microsoft()}/`)) throw new MailboxError('mailboxes.consentRefused')
  return url
}

function asExpired(error: unknown): never {
  throw error instanceof ApiError && isExpired(error) ? new CursorExpiredError() : error
}

const isExpired = ({ status, reason }: ApiError) => status === 404 || status === 410 || /^sync ?state/i.test(reason)
