import type { MailProvider, ProviderAnswer } from './mail-provider'
import type { Recorded } from './recorder'

interface Held {
  id: string
  raw: Buffer
  cameAt: Date
  folder: string
  /** The place in the account's history at which it came into the folder. */
  at: number
}

const notFound: ProviderAnswer = { status: 404, body: { error: { code: 'ErrorItemNotFound', message: 'not found' } } }

const filteredFrom = (query: URLSearchParams) => Date.parse(/^receivedDateTime ge (.+)$/.exec(query.get('$filter') ?? '')?.[1] ?? '')

/**
 * The interfaces of Gmail and Graph to the mail of accounts, as far as we ask them: histories and deltas in pages, messages as they
 * came, and sending.
 */
export function holdMail(provider: MailProvider) {
  const messages: Held[] = []
  const sent: { by: 'google' | 'microsoft'; raw: string }[] = []
  let clock = 1000
  const mail = {
    sent,
    /** What came up to here is forgotten, so that a cursor from before is none. */
    forgottenUntil: 0,
    pageSize: 50,
    /** What Graph's delta tells of from before it begins. */
    deltaMost: 5000,
    deliver(raw: string, { cameAt = new Date(), folder = 'INBOX' } = {}) {
      const id = `m${++clock}`
      messages.push({ id, raw: Buffer.from(raw), cameAt, folder, at: clock })
      return id
    },
    remove: (id: string) =>
      void messages.splice(
        messages.findIndex((each) => each.id === id),
        1,
      ),
    forget() {
      mail.forgottenUntil = ++clock
    },
    clear: () => void messages.splice(0),
  }
  const expired: ProviderAnswer = { status: 410, body: { error: { code: 'SyncStateNotFound', message: 'resync' } } }

  function google({ method, path, body }: Recorded): ProviderAnswer {
    const { pathname, searchParams: query } = new URL(path, 'http://localhost')
    const at = pathname.replace('/gmail/v1/users/me/', '')
    if (pathname === '/upload/gmail/v1/users/me/messages/send' && method === 'POST') {
      sent.push({ by: 'google', raw: body })
      return { body: { id: `sent-${sent.length}` } }
    }
    if (at === 'profile') return { body: { emailAddress: 'x', historyId: String(clock) } }
    if (at === 'labels')
      return {
        body: {
          labels: [
            { id: 'INBOX', name: 'INBOX', type: 'system' },
            { id: 'L1', name: 'Leads', type: 'user' },
          ],
        },
      }
    const [, id] = /^messages\/(\w+)$/.exec(at) ?? []
    if (id) {
      const found = messages.find((each) => each.id === id)
      return found ? { body: { id, raw: found.raw.toString('base64url') } } : notFound
    }
    const folder = query.get('labelIds') ?? query.get('labelId') ?? ''
    const own = messages.filter((each) => (each.folder === 'INBOX' ? 'INBOX' : 'L1') === folder)
    if (at === 'messages') {
      const since = Number(/^after:(\d+)$/.exec(query.get('q') ?? '')?.[1]) * 1000
      const newest = own.filter(({ cameAt }) => cameAt.getTime() >= since).toReversed()
      const from = Number(query.get('pageToken') ?? 0)
      const page = newest.slice(from, from + mail.pageSize)
      const next = from + mail.pageSize < newest.length ? { nextPageToken: String(from + mail.pageSize) } : {}
      return { body: { messages: page.map((each) => ({ id: each.id })), ...next } }
    }
    if (at === 'history') {
      const from = Number(query.get('startHistoryId'))
      if (from < mail.forgottenUntil)
        return { status: 404, body: { error: { code: 404, message: 'not found', errors: [{ reason: 'notFound' }] } } }
      const later = own.filter((each) => each.at > from)
      const page = later.slice(0, mail.pageSize)
      const history = page.map((each) => ({ id: String(each.at), messagesAdded: [{ message: { id: each.id } }] }))
      return { body: { history, historyId: String(clock), ...(page.length < later.length ? { nextPageToken: 'more' } : {}) } }
    }
    return notFound
  }

  function microsoft({ method, path, body }: Recorded): ProviderAnswer {
    const { pathname, searchParams: query } = new URL(path, 'http://localhost')
    const at = pathname.replace('/v1.0/me/', '')
    if (at === 'sendMail' && method === 'POST') {
      sent.push({ by: 'microsoft', raw: Buffer.from(body, 'base64').toString() })
      return { status: 202, body: {} }
    }
    if (at === 'mailFolders/inbox') return { body: { id: 'in', displayName: 'Posteingang' } }
    if (at === 'mailFolders/in/childFolders') return { body: { value: [] } }
    if (at === 'mailFolders')
      return {
        body: {
          value: [
            { id: 'in', displayName: 'Posteingang' },
            { id: 'F1', displayName: 'Leads' },
          ],
        },
      }
    const [, id] = /^messages\/(\w+)\/\$value$/.exec(at) ?? []
    if (id) {
      const found = messages.find((each) => each.id === id)
      return found ? { body: found.raw } : notFound
    }
    const [, folder, isDelta] = /^mailFolders\/(\w+)\/messages(\/delta)?$/.exec(at) ?? []
    if (!folder) return notFound
    const inFolder = messages.filter((each) => (each.folder === 'INBOX' ? 'inbox' : 'F1') === folder)
    if (!isDelta) {
      const found = inFolder.filter(({ cameAt }) => cameAt.getTime() >= filteredFrom(query))
      const sign = query.get('$orderby') === 'receivedDateTime asc' ? 1 : -1
      const sorted = found.toSorted((a, b) => sign * (a.cameAt.getTime() - b.cameAt.getTime()))
      const skip = Number(query.get('$skip') ?? 0)
      const end = skip + Math.min(mail.pageSize, Number(query.get('$top')))
      query.set('$skip', String(end))
      return {
        body: {
          value: sorted.slice(skip, end).map(({ id }) => ({ id })),
          ...(query.has('$count') ? { '@odata.count': found.length } : {}),
          ...(end < found.length ? { '@odata.nextLink': `${provider.url}${pathname}?${query}` } : {}),
        },
      }
    }
    const [from = 0, since = 0, begun = 0] = (query.get('$skiptoken') ?? query.get('$deltatoken') ?? '').split('.').map(Number)
    const isFirst = !query.has('$skiptoken') && !query.has('$deltatoken')
    if (!isFirst && from < mail.forgottenUntil) return expired
    const then = isFirst ? filteredFrom(query) : since
    const known = inFolder.filter((each) => each.cameAt.getTime() >= then)
    // The latest ones, as far as it goes; what came since it began is told whole.
    const told = isFirst ? known.slice(-mail.deltaMost) : known.filter(({ at: place }) => place >= begun)
    const own = told.filter((each) => each.at > from)
    const page = own.slice(0, mail.pageSize)
    const hasMore = page.length < own.length
    const next = `${provider.url}${pathname}?${hasMore ? '$skiptoken' : '$deltatoken'}=${hasMore ? page.at(-1)?.at : clock}.${then}.${isFirst ? (own[0]?.at ?? 0) : begun}`
    // The latest comes first, and what was deleted is named as well.
    const value = page.toReversed().map((each) => ({ id: each.id, receivedDateTime: each.cameAt.toISOString() }))
    return {
      body: {
        value: [...value, { id: 'gone', '@removed': { reason: 'deleted' } }],
        [hasMore ? '@odata.nextLink' : '@odata.deltaLink']: next,
      },
    }
  }

  provider.api = (request, consent) => (consent.provider === 'google' ? google(request) : microsoft(request))
  return mail
}
