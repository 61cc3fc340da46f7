'use client'

import { useTranslations } from 'next-intl'
import { ChipField } from '@/components/ui/chip-field'

interface Props {
  /** Of the field, which has its label beside it. */
  id: string
  value: readonly string[]
  onChange: (tags: string[]) => void
  isInvalid?: boolean
  describedBy?: string
}

/** Tags of a contact as chips. */
export function TagChips({ id, value, onChange, isInvalid, describedBy }: Props) {
  const t = useTranslations('contacts.contact')
  function add(text: string) {
    const tags = text
      .split(/[\n,;]+/)
      .map((tag) => tag.trim())
      .filter(Boolean)
    onChange([...new Set([...value, ...tags])])
    return tags.length > 0
  }
  return (
    <ChipField
      id={id}
      label={t('tags')}
      chips={value.map((tag) => ({ value: tag, name: tag }))}
      suggestions={[]}
      onType={() => {}}
      onAdd={add}
      onPick={() => {}}
      onChange={onChange}
      removal={({ name }) => t('removeTag', { tag: name })}
      isEnd={(key) => key === ',' || key === ';'}
      isTaken={(pasted) => /[,;\n]/.test(pasted)}
      maxLength={60}
      isInvalid={isInvalid}
      describedBy={describedBy}
      className="min-h-9 rounded-md border bg-raised px-2 py-1"
    />
  )
}
