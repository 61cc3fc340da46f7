'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { ChipField } from '@/components/ui/chip-field'
import { tagOf } from '@/lib/core/tag'
import { api } from '@/lib/wiring/client'

const waitMs = 150
const mostSuggested = 8

interface Props {
  /** Of the field, which has its label beside it. */
  id: string
  value: readonly string[]
  onChange: (tags: string[]) => void
  label?: string
  listLabel?: string
  isDisabled?: boolean
  shortcut?: string
  /** What the server says is wrong. */
  problem?: string
  className?: string
}

/** Tags as chips: typed, or chosen from those in use. */
export function TagField({ id, value, onChange, label, listLabel, isDisabled, shortcut, problem, className }: Props) {
  const t = useTranslations('tickets')
  const [typed, setTyped] = useState('')
  const [isInvalid, setInvalid] = useState(false)
  const known = useKnownTags(typed)
  const says = isInvalid ? t('tags.invalid') : problem
  function add(texts: readonly string[]): boolean {
    const tags = texts.map(tagOf)
    const isEach = !tags.includes(null)
    setInvalid(!isEach)
    const next = [...new Set([...value, ...tags.flatMap((tag) => tag ?? [])])]
    if (isEach && next.length > value.length) onChange(next)
    return isEach
  }
  return (
    <>
      <ChipField
        id={id}
        label={label ?? t('attributes.tags')}
        listLabel={listLabel}
        chips={value.map((tag) => ({ value: tag, name: tag }))}
        suggestions={known.filter((tag) => !value.includes(tag)).map((tag) => ({ value: tag, name: tag }))}
        onType={(text) => {
          setTyped(text)
          if (text === '') setInvalid(false)
        }}
        onAdd={(text) => add(text.split(',').filter((each) => each.trim() !== ''))}
        onPick={(tag) => add([tag])}
        onChange={onChange}
        removal={({ name }) => t('tags.remove', { tag: name })}
        isEnd={(key) => key === ','}
        isTaken={(pasted) => pasted.includes(',')}
        isDisabled={isDisabled}
        shortcut={shortcut}
        placeholder={t('tags.add')}
        maxLength={60}
        isInvalid={says !== undefined}
        describedBy={says === undefined ? undefined : `${id}-says`}
        className={className}
      />
      {says !== undefined && (
        <p id={`${id}-says`} role="alert" className="text-sm text-danger">
          {says}
        </p>
      )}
    </>
  )
}

/** Tags in use that begin with what is typed. */
function useKnownTags(typed: string): string[] {
  const [known, setKnown] = useState<string[]>([])
  useEffect(() => {
    let isOver = false
    if (!tagOf(typed)) return setKnown((before) => (before.length > 0 ? [] : before))
    const timer = setTimeout(() => {
      api.tickets.tags({ q: typed }).then(
        ({ items }) => !isOver && setKnown(items.slice(0, mostSuggested)),
        () => {}, // typing goes on without suggestions
      )
    }, waitMs)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [typed])
  return known
}
