import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { Prisma } from '../../db/generated/tenant/client'
import { fieldName, nameOf } from './attribute-names'
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

/** What is made of the entries, and so knows none of them. */
const derived = [
  'lib/tickets/ticket/attribute-changes.ts',
  'lib/tickets/ticket/attribute-orders.ts',
  'lib/tickets/ticket/commands/change-details.ts',
  'lib/tickets/ticket/activity.ts',
  'lib/tickets/ticket/filter.ts',
  'lib/tickets/views/export.ts',
  'lib/tickets/views/views.ts',
  'components/tickets/attribute-words.ts',
  'components/tickets/cells.tsx',
  'components/tickets/detail-control.tsx',
  'components/tickets/detail-form.ts',
  'components/tickets/detail-inputs.tsx',
  'components/tickets/inbox-tools.tsx',
  'components/sla/condition-rows.tsx',
]

/**
 * Words that are something else there: kinds of attributes and tables (`department`, `clocks`, `tags`), an input's `type` and
 * `number`, the `status` of which a badge is drawn, the fields of a view, the department that a category belongs to.
 */
const otherwise: Record<string, string[]> = {
  'lib/tickets/ticket/attribute-changes.ts': ['department', 'departmentId', 'category'],
  'lib/tickets/ticket/attribute-orders.ts': ['department', 'category', 'clocks', 'sla', 'type'],
  'lib/tickets/ticket/commands/change-details.ts': ['departmentId'],
  'lib/tickets/ticket/activity.ts': ['type'],
  'lib/tickets/ticket/filter.ts': ['department', 'category', 'number'],
  'lib/tickets/views/export.ts': ['department', 'category', 'requester', 'tags'],
  'lib/tickets/views/views.ts': ['department', 'departmentId', 'number', 'created', 'fields'],
  'components/tickets/attribute-words.ts': ['clocks', 'status', 'created'],
  'components/tickets/cells.tsx': ['status', 'requester', 'department', 'category', 'clocks', 'tags'],
  'components/tickets/detail-control.tsx': ['number'],
  'components/tickets/detail-inputs.tsx': ['number'],
  'components/tickets/inbox-tools.tsx': ['department', 'departmentId', 'fields'],
  'components/sla/condition-rows.tsx': ['department', 'category', 'tags', 'fields'],
}

it.each(derived)('%s names no attribute', (file) => {
  const text = readFileSync(path.resolve(import.meta.dirname, '../../..', file), 'utf8')
    .replace(/^import.*$/gm, '')
    .replace(/\/\*\*.*?\*\/|\/\/.*$/gms, '')
  const named = attributeEntries
    .flatMap(([key]) => [key, nameOf(key), fieldName(key)])
    .filter((name) => new RegExp(`['"\`.]${name}['"\`]|\\.${name}\\b`).test(text))
  expect([...new Set(named)].filter((name) => !otherwise[file]?.includes(name))).toEqual([])
})

it('an attribute more is in the type of every answer', () => {
  type Shown = import('./schema').TicketOutput
  const priority: Shown['priority'] extends (typeof attributes.priority.values)[number] ? true : false = true
  const due: Shown['dueAt'] extends Date | null ? (Date | null extends Shown['dueAt'] ? true : false) : false = true
  expect([priority, due]).toEqual([true, true])
})
