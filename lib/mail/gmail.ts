import { z } from 'zod'
import type { AccountApi, ApiPage, Ask } from './account-api'
import { ApiError, CursorExpiredError, json } from './account-api'
import { addressedTo } from './addressed'
import { wholeBytes } from './enclosure'
import { apiOrigins } from './oauth'

const at = (path: string) => `${apiOrigins.google()}/gmail/v1/users/me/${path}`

/** Of what a page lists; a mailbox that is new may have much. */
const pageSize = 50
const listSize = 500
/** Beyond it the earliest are left where they are. */
const mostListed = 20_000

const ids = z.array(z.object({ id: z.string() })).default([])
const listed = z.object({ messages: ids, nextPageToken: z.string().optional() })
const added = z.array(z.object({ message: z.object({ id: z.string() }) })).default([])
const record = z.object({ id: z.string(), messagesAdded: added, labelsAdded: added })
const history = z.object({ history: z.array(record).default([]), historyId: z.string(), nextPageToken: z.string().optional() })

/** While what was there before is read: where the history goes on after it, and what is left of it. */
const backlog = z.object({ start: z.string(), left: z.array(z.string()) })

/** Gmail's own interface: a history of what was added, and messages as they came. */
export const gmail: AccountApi = {
  async folderId(ask, path) {
    if (path === 'INBOX') return path
    return (await labels(ask)).find(({ name }) => name === path)?.id ?? null
  },

  async folders(ask) {
    const all = await labels(ask)
    return ['INBOX', ...all.filter(({ type }) => type === 'user').map(({ name }) => name)]
  },

  async page(ask, label, cursor, since) {
    if (cursor === null) return fromBacklog(await readBacklog(ask, label, since))
    if (cursor.startsWith('{')) return fromBacklog(backlog.parse(JSON.parse(cursor)))
    const query = new URLSearchParams({ startHistoryId: cursor, labelId: label, maxResults: String(pageSize) })
    for (const type of ['messageAdded', 'labelAdded']) query.append('historyTypes', type)
    const read = await json(history, ask(at(`history?${query}`))).catch((error) => {
      throw error instanceof ApiError && (error.status === 404 || error.status === 410) ? new CursorExpiredError() : error
    })
    const found = read.history.flatMap(({ messagesAdded, labelsAdded }) => [...messagesAdded, ...labelsAdded])
    const hasMore = read.nextPageToken !== undefined && read.history.length > 0
    const next = hasMore ? (read.history.at(-1)?.id ?? read.historyId) : read.historyId
    return { ids: [...new Set(found.map(({ message }) => message.id))], cursor: next, hasMore }
  },

  async raw(ask, id, most) {
    try {
      // In base64, within JSON.
      const { raw } = await json(
        z.object({ raw: z.string() }),
        ask(at(`messages/${encodeURIComponent(id)}?format=raw`), { most: most * 1.4 }),
      )
      return Buffer.from(raw, 'base64url')
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null
      throw error
    }
  },

  async send(ask, mail) {
    const url = `${apiOrigins.google()}/upload/gmail/v1/users/me/messages/send?uploadType=media`
    const body = await wholeBytes({ ...mail, raw: addressedTo(mail.raw, mail.recipients) })
    const { id } = await json(
      z.object({ id: z.string() }),
      ask(url, { method: 'POST', headers: { 'content-type': 'message/rfc822' }, body }),
    )
    return { providerId: id, refused: [] }
  },
}

const label = z.object({ id: z.string(), name: z.string(), type: z.string().optional() })
const labels = async (ask: Ask) => (await json(z.object({ labels: z.array(label).default([]) }), ask(at('labels')))).labels

/** The history begins before what is there is listed, so that nothing falls in between. */
async function readBacklog(ask: Ask, labelId: string, since: Date) {
  const { historyId: start } = await json(z.object({ historyId: z.string() }), ask(at('profile')))
  const left: string[] = []
  let pageToken: string | undefined
  do {
    const q = `after:${Math.floor(since.getTime() / 1000)}`
    const query = new URLSearchParams({ labelIds: labelId, q, maxResults: String(listSize), ...(pageToken ? { pageToken } : {}) })
    const page = await json(listed, ask(at(`messages?${query}`)))
    left.push(...page.messages.map(({ id }) => id))
    pageToken = page.nextPageToken
  } while (pageToken && left.length < mostListed)
  // The latest comes first there.
  return { start, left: left.reverse() }
}

function fromBacklog({ start, left }: z.output<typeof backlog>): ApiPage {
  const rest = left.slice(pageSize)
  const cursor = rest.length > 0 ? JSON.stringify({ start, left: rest }) : start
  return { ids: left.slice(0, pageSize), cursor, hasMore: rest.length > 0 }
}
