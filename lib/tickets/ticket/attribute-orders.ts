import { z } from 'zod'
import { type Actor, isStaff } from '../../actor/actor'
import { Prisma } from '../../db/generated/tenant/client'
import type { Attribute } from './attribute'
import { nameOf } from './attribute-names'
import { attributeEntries } from './attributes'

/** An order of a list by one attribute: what it is sorted by, over the tickets `t`. */
export interface Order {
  by: Prisma.Sql
  type: Prisma.Sql
  /** The place of a row in it, as text. */
  place: Prisma.Sql
  /** Whether a cursor may hold this. */
  isValue: (value: string) => boolean
  isPublic: boolean
}

const isInstant = (value: string) => value === 'infinity' || z.iso.datetime().safeParse(value).success
const timestamp = Prisma.sql`timestamptz`
const text = Prisma.sql`text`

/** As a cursor holds it. */
const written = (by: Prisma.Sql) =>
  Prisma.sql`CASE WHEN isfinite(${by}) THEN to_char(${by} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') ELSE 'infinity' END`

function orderBy(attribute: Attribute, isForStaff: boolean): Omit<Order, 'isPublic'> | null {
  switch (attribute.kind) {
    case 'instant':
    case 'clocks': {
      const column = `t.${(!isForStaff && 'publicColumn' in attribute && attribute.publicColumn) || attribute.column}`
      // What has no time stands last. Unlike coalesce(), least() can be asked of an index below row-level security.
      // not-words: SQL
      const by = Prisma.raw('isRequired' in attribute ? column : `least(${column}, 'infinity')`)
      return { by, type: timestamp, place: written(by), isValue: isInstant }
    }
    case 'choice': {
      const by = Prisma.raw(`t.${attribute.column}`)
      const type = Prisma.raw(`"${attribute.type}"`)
      return { by, type, place: Prisma.sql`${by}::text`, isValue: (given) => attribute.values.includes(given) }
    }
    case 'text':
      // not-words: SQL
      return inLetters(`t.${attribute.column}`)
    case 'person':
    case 'department':
    case 'category':
      // not-words: SQL
      return inLetters(`(SELECT n.name FROM ${attribute.kind} n WHERE n.tenant_id = t.tenant_id AND n.id = t.${attribute.column})`)
    default:
      return null
  }
}

function inLetters(value: string): Omit<Order, 'isPublic'> {
  // not-words: SQL
  const by = Prisma.raw(`coalesce(${value}, '')`)
  return { by, type: text, place: by, isValue: () => true }
}

const ordersFor = (isForStaff: boolean) =>
  new Map(
    attributeEntries.flatMap(([key, attribute]): [string, Order][] => {
      const order = attribute.sort && orderBy(attribute, isForStaff)
      return order ? [[nameOf(key), { ...order, isPublic: attribute.sort?.isPublic ?? false }]] : []
    }),
  )

const forStaff = ordersFor(true)
const forCustomers = ordersFor(false)

/** The order of a name such as `updated`, without the `-` of the way down. */
export const orderNamed = (name: string, actor: Actor): Order => (isStaff(actor) ? forStaff : forCustomers).get(name) as Order
