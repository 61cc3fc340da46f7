import type { Attribute, Form, Words } from './attribute'
import { type AttributeKey, attributeEntries, attributes, type Entries } from './attributes'

/** Its name in orders and lists of columns. */
export type NameOf<K extends AttributeKey> = K extends AttributeKey ? (Entries[K] extends { name: infer N extends string } ? N : K) : never

export const nameOf = (key: AttributeKey): string => (attributes[key] as Attribute).name ?? key

/** Its name in the filter language. */
export const filterName = (key: AttributeKey): string => (attributes[key] as Attribute).filter?.name ?? nameOf(key)

/** The attribute that the filter language asks by a name or an alias. */
export const attributeAsked = (name: string): readonly [name: string, attribute: Attribute] | null => {
  const entry = attributeEntries.find(
    ([key, { filter }]: [AttributeKey, Attribute]) => filter && (filterName(key) === name || filter.aliases?.includes(name)),
  )
  return entry ? [filterName(entry[0]), entry[1]] : null
}

/** The keys whose entries have something, such as a `sort`. */
export type KeysWith<Part> = { [K in AttributeKey]: Entries[K] extends Part ? K : never }[AttributeKey]

export const keysWith = <P extends keyof Attribute>(part: P) =>
  attributeEntries.flatMap(([key, attribute]) => (attribute[part] ? [key] : [])) as KeysWith<Record<P, unknown>>[]

/** The attribute that has a name of orders and columns. */
export const attributeNamed = (name: string): [AttributeKey, Attribute] =>
  attributeEntries.find(([key]) => nameOf(key) === name) as [AttributeKey, Attribute]

/** Tables that attributes refer to. */
export const referenceKinds = ['person', 'department', 'category'] as const
export type ReferenceKind = (typeof referenceKinds)[number]
export type ReferenceKey = { [K in AttributeKey]: Entries[K]['kind'] extends ReferenceKind ? K : never }[AttributeKey]

export const isReference = (attribute: Attribute): attribute is Extract<Attribute, { kind: ReferenceKind }> =>
  (referenceKinds as readonly string[]).includes(attribute.kind)

/** What values of a filter can name that has an id. */
export const namedKinds = [...referenceKinds, 'organisation', 'contact'] as const
export type NamedKind = (typeof namedKinds)[number]

/** Its name in rows and in what is sent: a reference goes by its id. */
export type FieldName<K extends AttributeKey> = K extends ReferenceKey ? `${K}Id` : K

export const fieldName = (key: AttributeKey): string => (isReference(attributes[key]) ? `${key}Id` : key)

/** Where a row has another value for customers. */
export type PublicKey = KeysWith<{ publicColumn: string } | { kind: 'fields' }>

export const publicName = (key: string) => `public${key[0]?.toUpperCase()}${key.slice(1)}`

export type DetailKey = KeysWith<{ edit: 'details' }>

/** What the one command for all changes, by the names in what is sent. */
export const details = new Map(
  attributeEntries.flatMap(([key, attribute]): [string, DetailKey][] =>
    attribute.edit === 'details' ? [[fieldName(key), key as DetailKey]] : [],
  ),
)

/** The details that a form asks for, by the names in what is sent. */
export const detailsOf = (form: Form) => [...details].filter(([, key]) => (attributes[key] as Attribute).forms?.includes(form))

/** What the filter language can be asked, for the help beside the search: which words of the catalogue say it, and with what values. */
export const filterHelp = [
  ...attributeEntries.flatMap(([key, attribute]) => (attribute.filter ? [helpOf(key, attribute, attribute.filter)] : [])),
  {
    name: 'is',
    key: null,
    isFirst: false,
    says: 'is' as const,
    example: 'is:unread',
    values: attributeEntries.flatMap(([, { is = {} }]) => Object.keys(is)),
  },
]

function helpOf(key: AttributeKey, attribute: Attribute, { help, example, isFirst }: NonNullable<Attribute['filter']>) {
  const values = 'values' in attribute ? attribute.values : []
  return { name: filterName(key), key, isFirst: isFirst === true, says: help ?? helpOfKind(attribute), example, values }
}

function helpOfKind(attribute: Attribute): keyof Words['filterHelp'] {
  if (attribute.kind === 'choice') return attribute.isOrdered ? 'comparable' : 'choice'
  if (attribute.kind === 'department' || attribute.kind === 'category') return 'named'
  return attribute.kind in { text: 1, instant: 1, person: 1, count: 1, number: 1, tags: 1 } ? (attribute.kind as 'text') : 'text'
}
