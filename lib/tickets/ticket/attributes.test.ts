import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { Prisma } from '../../db/generated/tenant/client'
import { fieldName } from './attribute-names'
import { attributeEntries, type attributes } from './attributes'

/** Columns of the table by the names of the row's fields. */
const model = readFileSync(path.resolve(import.meta.dirname, '../../../prisma/tenant/models/tickets.prisma'), 'utf8')
const table = /model Ticket \{(.*?)^\}/ms.exec(model)?.[1] ?? ''
const columnOf = (field: string) => /@map\("(\w+)"\)/.exec(new RegExp(`^  ${field} .*$`, 'm').exec(table)?.[0] ?? '')?.[1] ?? field

it.each(attributeEntries.filter(([, { column }]) => column))('%s is a column of the table, and a field of that name', (key, attribute) => {
  // Clocks are a table; the column that they are sorted by is the first deadline.
  const field = attribute.kind === 'clocks' ? 'slaDueAt' : attribute.kind === 'requester' ? `${key}Id` : fieldName(key)
  expect(Object.keys(Prisma.TicketScalarFieldEnum)).toContain(field)
  expect(columnOf(field)).toBe(attribute.column)
})

it('an attribute more is in the type of every answer', () => {
  type Shown = import('./schema').TicketOutput
  const priority: Shown['priority'] extends (typeof attributes.priority.values)[number] ? true : false = true
  const due: Shown['dueAt'] extends Date | null ? (Date | null extends Shown['dueAt'] ? true : false) : false = true
  expect([priority, due]).toEqual([true, true])
})
