import { LRUCache } from 'lru-cache'
import pg from 'pg'
import { z } from 'zod'
import type { Actor } from '../../actor/actor'
import { minuteMs } from '../../calendar/time'
import { momentOf, type Texts } from '../../db/raw'
import type { Attribute } from './attribute'
import { overrunOf, storedClock } from './attribute-columns'
import { isReference } from './attribute-names'
import { attributeEntries } from './attributes'
import { knowEditions } from './overrun'
import { abilitiesOn, type TicketFacts } from './policy'
import { closesAt, type Reading, whileAhead } from './queries'
import { isShown } from './schema'
import type { TicketStatus } from './workflow'

/** A ticket as `toStaffView` shows it, as JSON. */
export interface WrittenTicket {
  id: string
  json: string
}

type Row = readonly (string | null)[]
/** Where in a row a column stands. */
type ColumnOf = (name: string) => number

const quoted = (text: string | null) => (text === null ? 'null' : JSON.stringify(text))

const utc = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d{1,3})?\+00(?::00)?$/

/** A moment as the database writes it, as JSON: in nearly all of them only the signs between the numbers differ. */
function moment(text: string | null): string {
  if (text === null) return 'null'
  if (!utc.test(text)) return JSON.stringify(momentOf(text).toISOString())
  const fraction = text[19] === '.' ? text.slice(20, text.indexOf('+')) : ''
  return `"${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.padEnd(3, '0')}Z"`
}

const textArray = 1009
const arrayOf = pg.types.getTypeParser(textArray as never, 'text') as (text: string) => string[]

function textOf({ kind }: Attribute): (text: string | null) => string {
  switch (kind) {
    case 'instant':
      return moment
    case 'count':
    case 'fields':
      return String
    case 'flag':
      return (text) => (text === 't' ? 'true' : 'false')
    case 'tags':
      return (text) => (text === '{}' ? '[]' : JSON.stringify(arrayOf(text as string)))
    default:
      return quoted
  }
}

/** Writes what the columns of an attribute say. */
function writerOf(key: string, attribute: Attribute, at: ColumnOf): (row: Row) => string {
  if (isReference(attribute)) {
    const [id, name] = [at(`${key}Id`), at(`${key}Name`)]
    return (row) => (row[id] === null ? 'null' : `{"id":"${row[id]}","name":${JSON.stringify(row[name] ?? '')}}`)
  }
  if (attribute.kind === 'requester') {
    const [id, name, email] = [at('requesterId'), at('requesterName'), at('requesterEmail')]
    return (row) => `{"id":"${row[id]}","name":${quoted(row[name] as string)},"email":${quoted(row[email] as string | null)}}`
  }
  const column = at(key)
  const write = textOf(attribute)
  return (row) => write(row[column] as string | null)
}

const storedClocks = z.array(storedClock)
type StoredClock = z.output<typeof storedClock>

/** The open clocks of a ticket as JSON, and by when it is to be answered. */
interface WrittenClocks {
  json: string
  answerDueAt: string | null
}

/** Clocks by what is stored of them. By how much they have passed their deadlines is the same within a minute. */
const known = { minute: 0, clocks: new LRUCache<string, WrittenClocks>({ max: 5000 }) }

/** Writes clocks by what is stored of them, each once in a minute. */
async function writeClocks(work: Reading, texts: readonly string[]): Promise<WrittenClocks[]> {
  const minute = Math.floor(Date.now() / minuteMs)
  if (minute !== known.minute) {
    known.minute = minute
    known.clocks.clear()
  }
  const written = new Map<string, WrittenClocks>()
  const read = new Map<string, StoredClock[]>()
  for (const text of texts) {
    const before = known.clocks.get(text)
    if (before) written.set(text, before)
    else if (!read.has(text)) read.set(text, storedClocks.parse(JSON.parse(text)))
  }
  const editions = [...read.values()].flat().flatMap(({ calendar }) => calendar ?? [])
  await knowEditions(work, editions)
  for (const [text, clocks] of read) {
    const answerDueAt = clocks.find(({ metric }) => metric === 'first_response')?.dueAt ?? null
    const made = { json: `[${clocks.map(clockText).join()}]`, answerDueAt }
    written.set(text, made)
    known.clocks.set(text, made)
  }
  return texts.map((text) => written.get(text) as WrittenClocks)
}

const shown = attributeEntries.filter(([, attribute]) => isShown(attribute) && attribute.kind !== 'clocks')

/** Writes what staff see of each ticket that `selectTicket` finds. */
export async function writeForStaff(work: Reading, { columns, rows }: Texts): Promise<WrittenTicket[]> {
  const at: ColumnOf = (name) => {
    const index = columns.indexOf(name)
    if (index < 0) throw new Error(`no column ${name} was asked for`)
    return index
  }
  const writers = shown.map(([key, attribute]) => ({ name: `,"${key}":`, write: writerOf(key, attribute, at) }))
  const [id, version, clocks] = [at('id'), at('version'), at('clocks')]
  const factsIn = factsReader(at)
  const written = await writeClocks(
    work,
    rows.map((row) => row[clocks] as string),
  )
  return rows.map((row, n) => {
    let json = `{"id":"${row[id]}","version":${row[version]}`
    for (const { name, write } of writers) json += name + write(row)
    return { id: row[id] as string, json: `${json},${workedOut(work.actor, factsIn(row), written[n] as WrittenClocks)}}` }
  })
}

type Facts = TicketFacts & { closesAt: Date | null }

/** Reads what it depends on what staff may do with a ticket, and what time does to it. */
function factsReader(at: ColumnOf): (row: Row) => Facts {
  const [id, status, department, assignee] = [at('id'), at('status'), at('departmentId'), at('assigneeId')]
  const [requester, organisation, isPublic] = [at('requesterId'), at('organisationId'), at('isPublic')]
  const [watched, merged, resolvedAt, rules] = [at('isWatchedByActor'), at('mergedInto'), at('resolvedAt'), at('rules')]
  const unset = { heldAt: null, holdUntil: null, remindedAt: null, closedAt: null }
  return (row) => ({
    id: row[id] as string,
    status: row[status] as TicketStatus,
    departmentId: row[department] as string | null,
    assigneeId: row[assignee] as string | null,
    requesterId: row[requester] as string,
    organisationId: row[organisation] as string | null,
    isPublic: row[isPublic] === 't',
    isWatchedByActor: row[watched] === 't',
    isMerged: row[merged] !== null,
    // Time closes what is resolved, and that alone.
    closesAt:
      row[status] === 'resolved' && row[resolvedAt]
        ? closesAt({
            ...unset,
            status: 'resolved',
            resolvedAt: momentOf(row[resolvedAt] as string),
            rules: JSON.parse(row[rules] as string),
          })
        : null,
  })
}

/** What no column says: the clocks, what comes next by itself, and what the actor may do. Whether it is too late is asked of customers alone. */
function workedOut(actor: Actor, { closesAt: closing, ...facts }: Facts, { json, answerDueAt }: WrittenClocks): string {
  const abilities = JSON.stringify(abilitiesOn(actor, { ...facts, isTooLate: false, asksRating: false }))
  const answer = answerDueAt ? JSON.stringify(whileAhead(momentOf(answerDueAt))) : 'null'
  const closes = closing ? JSON.stringify(closing) : 'null'
  return `"clocks":${json},"closesAt":${closes},"answerBy":${answer},"abilities":${abilities}`
}

function clockText(clock: StoredClock): string {
  const { metric, startedAt, dueAt, pausedAt, breachedAt, targetMinutes } = clock
  const said = `"metric":"${metric}","startedAt":${moment(startedAt)},"dueAt":${moment(dueAt)},"pausedAt":${moment(pausedAt)}`
  const overrun = JSON.stringify(overrunOf(clock))
  return `{${said},"breachedAt":${moment(breachedAt)},"targetMinutes":${targetMinutes},"overrun":${overrun}}`
}
