import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { DataSubject, ModelKey, TableData } from '../db/personal-data'
import { english } from '../text/translator'
import { personalData } from './personal-data'

const folder = 'prisma/tenant/models'

interface Field {
  name: string
  type: string
  attributes: string
}

/** The models as Prisma knows them. */
const models = new Map<string, Field[]>()
for (const file of readdirSync(folder)) {
  const text = readFileSync(`${folder}/${file}`, 'utf8')
  for (const [, name = '', body = ''] of text.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)) {
    const lines = body.matchAll(/^ {2}(\w+)\s+(\w+(?:\("\w+"\))?)\S*[ \t]*(.*)$/gm)
    models.set(
      `${name[0]?.toLowerCase()}${name.slice(1)}`,
      [...lines].map(([, field = '', type = '', attributes = '']) => ({ name: field, type, attributes })),
    )
  }
}

const own = ['person', 'contact', 'ticket', 'ticketMessage']
const subjects = ['Person', 'Contact', 'Ticket', 'TicketMessage']
/** What names a person, a contact, a ticket or a message without a foreign key. */
const naming = /^(person|contact|ticket|message|requester|owner|assignee|holder|actor|subject|object)Id$/
/** Where someone's name, address or words may stand. */
const holdsText = /^(String|Json|Bytes|Unsupported)/

const columnsOf = ({ attributes }: Field) =>
  /fields: \[([^\]]*)\]/
    .exec(attributes)?.[1]
    ?.split(',')
    .map((column) => column.trim())
    .filter((column) => column !== 'tenantId') ?? []

const isKey = ({ name, attributes }: Field) => name === 'tenantId' || name === 'id' || /@id\b/.test(attributes)
const isUuid = ({ attributes }: Field) => attributes.includes('@db.Uuid')

/** Columns that lead to someone. */
const references = (fields: Field[]) => [
  ...new Set([
    ...fields.filter(({ type }) => subjects.includes(type)).flatMap(columnsOf),
    ...fields.filter((field) => naming.test(field.name) && (isUuid(field) || field.type === 'String')).map(({ name }) => name),
  ]),
]
const texts = (fields: Field[]) =>
  fields.filter((field) => holdsText.test(field.type) && !isUuid(field) && !isKey(field)).map(({ name }) => name)

const claims = personalData.flatMap(({ tables }) => Object.entries(tables) as [ModelKey, TableData<ModelKey>][])
const claimOf = (model: string) => claims.find(([claimed]) => claimed === model)?.[1]

/** Somebody of whom there is one of each. */
const somebody: DataSubject = {
  contactIds: ['c'],
  name: 'n',
  emails: ['e'],
  personIds: ['p'],
  ticketIds: ['t'],
  touchedIds: ['t', 'o'],
  messageIds: ['m'],
}

/** The columns that a condition asks, however deep. */
const askedBy = (where: unknown): string[] =>
  typeof where !== 'object' || where === null ? [] : Object.entries(where).flatMap(([key, value]) => [key, ...askedBy(value)])

/** Columns that erasing a contact empties. A reference counts where the rows go that it finds: other rows of the table stay. */
function cleared(table: TableData<ModelKey>): string[] {
  const columns: string[] = []
  for (const rule of table.erase ?? []) {
    if ('deletes' in rule) columns.push(...askedBy(rule.rows(somebody)))
    else if ('through' in rule) columns.push(...rule.through)
    else if ('clears' in rule) columns.push(...rule.clears)
    else columns.push(...Object.keys(typeof rule.set === 'function' ? rule.set({ now: new Date(), t: english }) : rule.set))
  }
  return columns
}

describe('every table', () => {
  it('is claimed by one domain', () => {
    expect(claims.map(([model]) => model).sort()).toEqual([...models.keys()].sort())
  })

  it.each([...models.keys()])('%s says what becomes of each reference and each text when a contact is erased', (model) => {
    const fields = models.get(model) as Field[]
    const table = claimOf(model)
    const gone = table ? cleared(table) : []
    const leads = references(fields)
    if (typeof table?.stays === 'string') return
    const isRemoved = (table?.erase ?? []).some((rule) => 'deletes' in rule || 'through' in rule)
    const stays = Object.keys(table?.stays ?? {})
    // Where rows go, their texts go with them: what counts is that each way to them was thought of.
    if (isRemoved) return expect(leads.filter((column) => !gone.includes(column) && !stays.includes(column))).toEqual([])
    const asked = own.includes(model) || leads.length > 0 ? [...leads, ...texts(fields)] : texts(fields)
    expect(asked.filter((column) => !gone.includes(column) && !stays.includes(column))).toEqual([])
  })

  it.each([...models.keys()])('%s lets go of purged tickets', (model) => {
    const fields = models.get(model) as Field[]
    const goes = claimOf(model)?.purge?.length
    const holds = fields.filter(({ type }) => ['Ticket', 'TicketMessage', 'Draft'].includes(type) && type.toLowerCase() !== model)
    const kept = holds.filter((field) => columnsOf(field).length > 0 && !field.attributes.includes('onDelete: Cascade'))
    const loose = fields.filter(({ name }) => name === 'ticketId' && !holds.some((field) => columnsOf(field).includes(name)))
    expect([...kept, ...loose].filter(() => !goes).map(({ name }) => name)).toEqual([])
  })
})

it('the models are read as they stand', () => {
  expect(references(models.get('ticket') as Field[])).toEqual(expect.arrayContaining(['assigneeId', 'mergedIntoId', 'requesterId']))
  expect(texts(models.get('contact') as Field[])).toEqual(expect.arrayContaining(['name', 'phones', 'tags', 'notes']))
  expect(references(models.get('outboundMail') as Field[])).toEqual(expect.arrayContaining(['ticketId', 'messageId']))
})
