import { z } from 'zod'
import { type AccountApi, ApiError, type Ask, CursorExpiredError, json } from './account-api'
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
const folder = z.object({ id: z.string(), displayName: z.string() })
const folders = z.object({ value: z.array(folder) })

const inside = (parent: string | null) => (parent ? `mailFolders/${encodeURIComponent(parent)}/childFolders` : 'mailFolders')
const select = '$select=id,displayName'

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

  async page(ask, folderId, cursor, since) {
    const query = new URLSearchParams({
      changeType: 'created',
      $filter: `receivedDateTime ge ${since.toISOString()}`,
      $select: 'id,receivedDateTime',
    })
    const url = cursor ?? at(`mailFolders/${encodeURIComponent(folderId)}/messages/delta?${query}`)
    const read = await json(delta, ask(url, { headers })).catch((error) => {
      throw cursor && error instanceof ApiError && isExpired(error) ? new CursorExpiredError() : error
    })
    const next = read['@odata.nextLink'] ?? read['@odata.deltaLink'] ?? ''
    // The token goes there.
    if (!next.startsWith(`${apiOrigins.microsoft()}/`)) throw new MailboxError('mailboxes.consentRefused')
    // The latest comes first there.
    const there = read.value.filter((each) => each['@removed'] === undefined).toReversed()
    const ids = there.toSorted((a, b) => (a.receivedDateTime ?? '').localeCompare(b.receivedDateTime ?? '')).map(({ id }) => id)
    return { ids, cursor: next, hasMore: read['@odata.nextLink'] !== undefined }
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

const isExpired = ({ status, reason }: ApiError) => status === 404 || status === 410 || /^sync ?state/i.test(reason)
