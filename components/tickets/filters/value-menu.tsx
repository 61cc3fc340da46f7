'use client'

import { useQuery } from '@tanstack/react-query'
import { useLocale } from 'next-intl'
import { useRef, useState } from 'react'
import { Choices, type Option } from '@/components/ui/choices'
import { readTypedDate } from '@/lib/core/typed-date'
import { wallClock } from '@/lib/core/zoned'
import type { FieldOutput } from '@/lib/tickets/fields/schema'
import type { Attribute } from '@/lib/tickets/ticket/attribute'
import { attributeEntries } from '@/lib/tickets/ticket/attributes'
import { api } from '@/lib/wiring/client'
import { useChoices } from '../queue/use-bulk'
import { fieldAsked, type Operator } from './chips'
import { askedBy, useFilterWords } from './filter-words'
import { useField } from './use-fields'

interface Props {
  name: string
  operator: Operator
  timeZone: string
  chosen: readonly string[]
  isMany: boolean
  onChoose: (value: string) => void
}

const waitMs = 150
const past = ['today', 'yesterday']
const fixed: Partial<Record<Attribute['kind'], readonly string[]>> = {
  status: ['open', 'done'],
  person: ['me', 'none', 'any'],
  department: ['none', 'any'],
  category: ['none', 'any'],
  tags: ['none'],
  clocks: ['breached', 'soon', 'paused', 'any', 'none'],
  requester: ['me'],
  requesterTier: ['premium', 'standard', 'basic', 'none'],
  requesterOrganisation: ['none', 'any'],
}

/** The words of the language that an attribute can be asked for. */
function wordsOf(attribute: Attribute | null, operator: Operator): readonly string[] {
  if (!attribute) return attributeEntries.flatMap(([, { is = {} }]) => Object.keys(is))
  if (attribute.kind === 'instant') {
    const periods = operator === '=' ? [] : attribute.edit ? ['24h', '7d', '+24h', '+7d'] : ['24h', '7d', '30d', '90d']
    return [...past, ...(attribute.edit ? ['tomorrow'] : []), ...periods, ...(operator === '=' ? ['none', 'any'] : [])]
  }
  const values = 'values' in attribute ? attribute.values : []
  const empty = attribute.kind === 'choice' && !attribute.isRequired ? ['none'] : []
  return [...(fixed[attribute.kind] ?? []), ...values, ...empty]
}

/** What a custom field can be asked for. */
function valuesOf(field: FieldOutput | undefined, operator: Operator): readonly string[] {
  const values = field?.kind === 'checkbox' ? ['true', 'false'] : (field?.options ?? [])
  return operator === '=' || operator === '!=' ? [...values, 'any', 'none'] : values
}

/** What an attribute can be asked for, found while one types; what is in no list is taken as it is typed. */
export function ValueMenu({ name, operator, timeZone, chosen, isMany, onChoose }: Props) {
  const attribute = askedBy(name)
  const field = useField(name)
  const words = useFilterWords(field ? [field] : [])
  const locale = useLocale()
  const [typed, setTyped] = useState('')
  const wait = useRef<ReturnType<typeof setTimeout>>(undefined)
  const found = useFound(attribute, typed)
  const known: Option[] = [
    ...(fieldAsked(name) ? valuesOf(field, operator) : wordsOf(attribute, operator)).map((value) => ({
      value,
      name: words.value(name, value),
    })),
    ...found,
  ]
  // What is asked for already, though no list has it.
  const others = chosen.filter((value) => value && !known.some((option) => option.value === value))
  function typedOption(text: string): Option | null {
    const said = text.trim()
    if (field?.kind === 'date') {
      const day = readTypedDate(said, { now: wallClock(new Date(), timeZone), locale })?.slice(0, 10)
      return day ? { value: day, name: words.value(name, day) } : null
    }
    if (fieldAsked(name)) return field?.kind === 'checkbox' ? null : { value: said, name: said }
    if (attribute?.kind !== 'instant') return attribute && !('values' in attribute) ? { value: said, name: said } : null
    if (/^[+-]?\d{1,5}[mhdw]$|^\d{4}-\d{2}$/.test(said)) return { value: said, name: words.value(name, said) }
    const day = readTypedDate(said, { now: wallClock(new Date(), timeZone), locale })?.slice(0, 10)
    return day ? { value: day, name: words.value(name, day) } : null
  }
  return (
    <Choices
      label={words.name(name)}
      options={[...others.map((value) => ({ value, name: words.value(name, value) })), ...known]}
      chosen={chosen}
      isMany={isMany}
      onType={(now) => {
        clearTimeout(wait.current)
        wait.current = setTimeout(() => setTyped(now.trim()), waitMs)
      }}
      typedOption={typedOption}
      onChoose={({ value }) => onChoose(value)}
    />
  )
}

const fresh = { staleTime: 60_000, retry: false } as const

/** Names of what is kept in tables, as the filter language takes them. */
function useFound(attribute: Attribute | null, typed: string): Option[] {
  const kind = attribute?.kind
  const { person = [], department = [] } = useChoices(kind === 'person' || kind === 'department')
  const categories = useQuery({ queryKey: ['categories'], queryFn: () => api.categories.list(), enabled: kind === 'category', ...fresh })
  const tags = useQuery({ queryKey: ['tags', typed], queryFn: () => api.tickets.tags({ q: typed }), enabled: kind === 'tags', ...fresh })
  const contacts = useQuery({
    queryKey: ['requesters', typed],
    queryFn: () => api.contacts.list({ q: typed, limit: 6 }),
    enabled: kind === 'requester' && typed.length > 1,
    ...fresh,
  })
  if (kind === 'person') return person.map((each) => ({ value: 'email' in each ? String(each.email) : each.id, name: each.name }))
  if (kind === 'department') return department.map(({ name }) => ({ value: name, name }))
  if (kind === 'category')
    return (categories.data?.items ?? []).map((each) => {
      const name = `${each.department.name}/${each.name}`
      return { value: name, name }
    })
  if (kind === 'tags') return (tags.data?.items ?? []).map((tag) => ({ value: tag, name: tag }))
  if (kind !== 'requester' || !typed) return []
  return (contacts.data?.items ?? []).flatMap(({ name, emails: [email] }) => (email ? [{ value: email, name: `${name} ${email}` }] : []))
}
