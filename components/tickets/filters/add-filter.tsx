'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import { Choices } from '@/components/ui/choices'
import { filterHelp } from '@/lib/tickets/ticket/attribute-names'
import { type Chip, fieldPrefix, operatorsOf } from './chips'
import { askedBy, useFilterWords } from './filter-words'
import { useFields } from './use-fields'
import { ValueMenu } from './value-menu'

/** Asks what of the tickets is to be filtered, and then for what. */
export function AddFilter({ timeZone, onAdd }: { timeZone: string; onAdd: (chip: Chip) => void }) {
  const t = useTranslations('tickets.filters')
  const fields = useFields(true)
  const words = useFilterWords(fields)
  const [name, setName] = useState<string | null>(null)
  const box = useRef<HTMLDivElement>(null)
  // The second list stands in the place of the first, which had the focus.
  useEffect(() => {
    if (name) box.current?.querySelector('input')?.focus()
  }, [name])
  const names = [
    ...filterHelp
      .toSorted((a, b) => Number(b.isFirst) - Number(a.isFirst))
      .map((each) => each.name)
      .filter((each) => askedBy(each)?.kind !== 'fields'),
    ...fields.map(({ key }) => fieldPrefix + key),
  ]
  const [operator = '='] = operatorsOf(askedBy(name ?? ''))
  return (
    <div ref={box}>
      {name === null ? (
        <Choices
          label={t('add')}
          options={names.map((each) => ({ value: each, name: words.name(each) }))}
          chosen={[]}
          onChoose={({ value }) => setName(value)}
        />
      ) : (
        <ValueMenu
          name={name}
          operator={operator}
          timeZone={timeZone}
          chosen={[]}
          isMany={false}
          onChoose={(value) => onAdd({ name, operator, values: [value] })}
        />
      )}
    </div>
  )
}
