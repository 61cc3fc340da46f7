'use client'

import { useTranslations } from 'next-intl'
import { useId, useState } from 'react'
import { Choice, type Option } from '@/components/ui/choice'
import { Checkbox, Input } from '@/components/ui/field'
import type { Reference } from '@/lib/core/schema'
import { instantAt, wallClock } from '@/lib/core/zoned'
import type { Attribute } from '@/lib/tickets/ticket/attribute'
import { isReference, type ReferenceKind } from '@/lib/tickets/ticket/attribute-names'
import { type AttributeKey, attributes } from '@/lib/tickets/ticket/attributes'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { useAttributeWords } from './attribute-words'

const none = ''

interface Props {
  ticket: TicketOutput
  attributeKey: AttributeKey
  /** What a reference can be. */
  choices: Record<ReferenceKind, Reference[]>
  timeZone: string
  onChoose: (value: string | number | boolean | null) => void
}

/** One detail of a ticket, by its kind: a list of choices, or an input that saves when it is left. */
export function DetailControl({ ticket, attributeKey, choices, timeZone, onChoose }: Props) {
  const words = useAttributeWords()
  const t = useTranslations('common')
  const attribute: Attribute = attributes[attributeKey]
  const value = (ticket as Record<string, unknown>)[attributeKey]
  const label = words.label(attributeKey)
  const isDisabled = !ticket.abilities.update
  const listed = (options: Option[], chosen: string) => (
    <div className="property">
      <span aria-hidden>{label}</span>
      <Choice
        label={label}
        value={chosen}
        isDisabled={isDisabled}
        options={[{ value: none, name: t('none') }, ...options]}
        onChoose={(chosenNow) => onChoose(chosenNow || null)}
      />
    </div>
  )
  if (isReference(attribute)) {
    const current = value as Reference | null
    const options = withCurrent(choices[attribute.kind], current)
    if (options.length === 0) return null
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
    return <Checkbox label={label} checked={value === true} disabled={isDisabled} onChange={({ target }) => onChoose(target.checked)} />
  const typed = { label, isDisabled, value: String(value ?? '') }
  if (attribute.kind === 'instant')
    return (
      <TypedDetail
        {...typed}
        key={(value as Date | null)?.toISOString() ?? none}
        type="datetime-local"
        value={value ? wallClock(value as Date, timeZone) : ''}
        onSave={(said) => onChoose(said ? instantAt(said, timeZone).toISOString() : null)}
      />
    )
  if (attribute.kind === 'count')
    return <TypedDetail {...typed} key={typed.value} type="number" onSave={(said) => onChoose(said ? Number(said) : null)} />
  return <TypedDetail {...typed} key={typed.value} type="text" onSave={(said) => onChoose(said.trim() || null)} />
}

interface TypedProps {
  label: string
  type: 'text' | 'number' | 'datetime-local'
  value: string
  isDisabled: boolean
  onSave: (said: string) => void
}

/** Saved when the field is left or Enter is pressed, not with every key or turn of its wheels. */
function TypedDetail({ label, type, value, isDisabled, onSave }: TypedProps) {
  const [typed, setTyped] = useState(value)
  const id = useId()
  const save = () => {
    if (typed !== value) onSave(typed)
  }
  return (
    <div className="property">
      <label htmlFor={id}>{label}</label>
      <Input
        id={id}
        type={type}
        dir="auto"
        value={typed}
        disabled={isDisabled}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={save}
        onKeyDown={(event) => event.key === 'Enter' && save()}
        className="text-sm"
      />
    </div>
  )
}

/** Someone who has left, or a department that is gone, is still shown where it stands. */
export const withCurrent = (entries: Reference[], current: Reference | null) =>
  current && !entries.some(({ id }) => id === current.id) ? [...entries, current] : entries
