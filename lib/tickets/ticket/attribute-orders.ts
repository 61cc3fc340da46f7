import { z } from 'zod'
import { type Actor, isStaff } from '../../actor/actor'
import { Prisma } from '../../db/generated/tenant/client'
import type { Attribute } from './attribute'
import { publicValueIn, valueIn } from './attribute-columns'
import { nameOf } from './attribute-names'
import { type AttributeKey, attributeEntries } from './attributes'
import type { TicketRow } from './queries'

/** An order of a list by one attribute: what it is sorted by, and the place of a row in it. */
export interface Order {
  by: Prisma.Sql
  type: Prisma.Sql
  keyOf: (row: TicketRow) => string
  /** Whether a cursor may hold this. */
  isValue: (value: string) => boolean
  isPublic: boolean
}

const isInstant = (value: string) => value === 'infinity' || z.iso.datetime().safeParse(value).success
const timestamp = Prisma.sql`timestamptz`
const text = Prisma.sql`text`

/** The first deadline that is not met yet. */
const nextDue = (clocks: TicketRow['clocks']) =>
  clocks.reduce<Date | null>((first, { dueAt }) => (dueAt && (!first || dueAt < first) ? dueAt : first), null)

function orderBy(key: AttributeKey, attribute: Attribute, isForStaff: boolean): Omit<Order, 'isPublic'> | null {
  const value = (row: TicketRow) => (isForStaff ? valueIn(row, key) : publicValueIn(row, key))
  switch (attribute.kind) {
    case 'instant': {
      const column = `t.${(!isForStaff && attribute.publicColumn) || attribute.column}`
      // not-words: SQL
      const by = Prisma.raw('isRequired' in attribute ? column : `coalesce(${column}, 'infinity')`)
      return { by, type: timestamp, keyOf: (row) => (value(row) as Date | null)?.toISOString() ?? 'infinity', isValue: isInstant }
    }
    case 'clocks': {
      // not-words: SQL
      const by = Prisma.raw(`coalesce(t.${attribute.column}, 'infinity')`)
      return { by, type: timestamp, keyOf: ({ clocks }) => nextDue(clocks)?.toISOString() ?? 'infinity', isValue: isInstant }
    }
    case 'choice': {
      const type = Prisma.raw(`"${attribute.type}"`)
      return {
        by: Prisma.raw(`t.${attribute.column}`),
        type,
        keyOf: (row) => String(value(row)),
        isValue: (given) => attribute.values.includes(given),
      }
    }
    case 'text':
      return {
        // not-words: SQL
        by: Prisma.raw(`coalesce(t.${attribute.column}, '')`),
        type: text,
        keyOf: (row) => String(value(row) ?? ''),
        isValue: () => true,
      }
    case 'person':
    case 'department':
    case 'category': {
      const named = `(SELECT n.name FROM ${attribute.kind} n WHERE n.tenant_id = t.tenant_id AND n.id = t.${attribute.column})`
      const keyOf = (row: TicketRow) => (value(row) as { name: string } | null)?.name ?? ''
      // not-words: SQL
      return { by: Prisma.raw(`coalesce(${named}, '')`), type: text, keyOf, isValue: () => true }
    }
    default:
      return null
  }
}

const ordersFor = (isForStaff: boolean) =>
  new Map(
    attributeEntries.flatMap(([key, attribute]): [string, Order][] => {
      const order = attribute.sort && orderBy(key, attribute, isForStaff)
      return order ? [[nameOf(key), { ...order, isPublic: attribute.sort?.isPublic ?? false }]] : []
    }),
  )

const forStaff = ordersFor(true)
const forCustomers = ordersFor(false)

/** The order of a name such as `updated`, without the `-` of the way down. */
export const orderNamed = (name: string, actor: Actor): Order => (isStaff(actor) ? forStaff : forCustomers).get(name) as Order
