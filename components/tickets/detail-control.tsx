'use client'

import { useTranslations } from 'next-intl'
import { Choice, type Option } from '@/components/ui/choice'
import { DateMenu } from '@/components/ui/date-menu'
import { Property, PropertyInput } from '@/components/ui/property'
import type { Reference } from '@/lib/core/schema'
import { instantAt, wallClock } from '@/lib/core/zoned'
import type { Attribute } from '@/lib/tickets/ticket/attribute'
import { isReference, type ReferenceKind } from '@/lib/tickets/ticket/attribute-names'
import { type AttributeKey, attributes } from '@/lib/tickets/ticket/attributes'
import { useAttributeWords } from './attribute-words'

const none = ''

interface Props {
  value: unknown
  isDisabled?: boolean
  attributeKey: AttributeKey
  /** What a reference can be, as far as it is read. */
  choices: Partial<Record<ReferenceKind, readonly Reference[]>>
  /** What it can be is about to be chosen. */
  onNear?: () => void
  timeZone: string
  onChoose: (value: string | number | boolean | null) => void
}

/** One detail of a ticket, by its kind: a list of choices, or an input that saves when it is left. */
export function DetailControl({ value, isDisabled, attributeKey, choices, timeZone, onNear, onChoose }: Props) {
  const words = useAttributeWords()
  const t = useTranslations('common')
  const attribute: Attribute = attributes[attributeKey]
  const label = words.label(attributeKey)
  const listed = (options: Option[], chosen: string) => (
    <Property label={label}>
      <Choice
        label={label}
        value={chosen}
        isDisabled={isDisabled}
        onNear={onNear}
        options={[{ value: none, name: t('none') }, ...options]}
        onChoose={(chosenNow) => onChoose(chosenNow || null)}
      />
    </Property>
  )
  if (isReference(attribute)) {
    const current = value as Reference | null
    const known = choices[attribute.kind]
    const options = withCurrent(known ?? [], current)
    if (known && options.length === 0) return null
    return listed(
      options.map(({ id, name }) => ({ value: id, name })),
      current?.id ?? none,
    )
  }
  if (attribute.kind === 'choice')
    return listed(
      attribute.values.map((each) => ({ value: each, name: words.choice(attribute, each) })),
      String(value ?? none),
    )
  if (attribute.kind === 'flag')
    return (
      <Property label={label}>
        <Choice
          label={label}
          value={String(value === true)}
          isDisabled={isDisabled}
          options={[
            { value: 'true', name: t('yes') },
            { value: 'false', name: t('no') },
          ]}
          onChoose={(chosenNow) => onChoose(chosenNow === 'true')}
        />
      </Property>
    )
  const typed = { label, isDisabled, value: String(value ?? '') }
  if (attribute.kind === 'instant')
    return (
      <Property label={label}>
        <DateMenu
          label={label}
          isDisabled={isDisabled}
          value={value ? wallClock(new Date(value as Date | string), timeZone) : ''}
          timeZone={timeZone}
          onChoose={(at) => onChoose(at ? instantAt(at, timeZone).toISOString() : null)}
        />
      </Property>
    )
  if (attribute.kind === 'count')
    return <PropertyInput {...typed} key={typed.value} inputMode="numeric" onSave={(said) => onChoose(said.trim() ? Number(said) : null)} />
  return <PropertyInput {...typed} key={typed.value} onSave={(said) => onChoose(said.trim() || null)} />
}

/** Someone who has left, or a department that is gone, is still shown where it stands. */
export const withCurrent = (entries: readonly Reference[], current: Reference | null): readonly Reference[] =>
  current && !entries.some(({ id }) => id === current.id) ? [...entries, current] : entries
