'use client'

import { useTranslations } from 'next-intl'
import { type ReactNode, useEffect, useId, useState } from 'react'
import { ChipField } from '@/components/ui/chip-field'
import { type Addressee, readAddressees, writeAddressee } from '@/lib/core/addressee'
import { shownAddress } from '@/lib/core/mail-address'
import { api } from '@/lib/wiring/client'

const waitMs = 200
const mostSuggestions = 6

interface Props {
  label: string
  /** As they were typed or chosen, `Ann <ann@shop.example>`. */
  value: string[]
  onChange: (value: string[]) => void
  /** What is to be thought of with an address, such as that nobody wrote to it before. */
  warn?: (email: string) => ReactNode
  /** What the server says is wrong. */
  errors?: string[]
  isFocused?: boolean
}

/** Addresses as chips: typed, pasted or chosen from the contacts. What is no address stays, and says so. */
export function AddressInput({ label, value, onChange, warn, errors = [], isFocused }: Props) {
  const t = useTranslations('tickets.addressees')
  const id = useId()
  const [typed, setTyped] = useState('')
  const found = useContacts(typed)
  const chips = value.map((text) => ({ text, ...(readAddressees(text)[0] ?? { email: null, name: '' }) }))
  const problems = [
    ...chips.filter(({ email }) => !email).map(({ text }) => t('notAnAddress', { address: text })),
    ...errors.filter(() => chips.every(({ email }) => email)),
  ]
  const warnings = chips.flatMap(({ email }) => {
    const says = email && warn?.(email)
    return says ? [{ email, says }] : []
  })
  function add(given: readonly string[]) {
    const taken = new Set(chips.map(({ email, text }) => email ?? text))
    const fresh = given.filter((text) => {
      const key = readAddressees(text)[0]?.email ?? text
      return !taken.has(key) && taken.add(key)
    })
    if (fresh.length > 0) onChange([...value, ...fresh])
    return true
  }
  return (
    <div className="grid grid-cols-[2.5rem_minmax(0,1fr)] items-start gap-x-1 text-sm">
      <label htmlFor={id} className="pt-1 text-muted">
        {label}
      </label>
      <ChipField
        id={id}
        label={label}
        chips={chips.map(({ text, email, name }) => ({
          value: text,
          name: name || (email ? shownAddress(email) : text),
          title: email ?? undefined,
          tone: !email ? 'danger' : warn?.(email) ? 'warning' : undefined,
        }))}
        suggestions={found.map((contact) => ({ value: writeAddressee(contact), name: contact.name, says: shownAddress(contact.email) }))}
        onType={setTyped}
        onAdd={(text) => add(readAddressees(text).map(({ text: given, email, name }) => (email ? writeAddressee({ email, name }) : given)))}
        onPick={(text) => add([text])}
        onChange={onChange}
        removal={({ title, value: text }) => t('remove', { address: title ?? text })}
        isEnd={(key, said) => (key === ',' || key === ';') && said.includes('@')}
        isTaken={(pasted) => pasted.includes('@')}
        isFocused={isFocused}
        isInvalid={problems.length > 0}
        describedBy={problems.length + warnings.length > 0 ? `${id}-says` : undefined}
      />
      {problems.length + warnings.length > 0 && (
        <div id={`${id}-says`} role="status" className="col-start-2 grid gap-0.5 py-0.5 text-xs">
          {problems.map((problem) => (
            <p key={problem} className="text-danger">
              {problem}
            </p>
          ))}
          {warnings.map(({ email, says }) => (
            <div key={email} className="text-warning">
              {says}
            </div>
          ))}
        </div>
      )}
    </div>
  )
}

/** Contacts whose name or address has what is typed; nobody for who may not see contacts. */
function useContacts(typed: string): Addressee[] {
  const [found, setFound] = useState<Addressee[]>([])
  const q = typed.trim()
  useEffect(() => {
    let isOver = false
    if (q.length < 2) return setFound([])
    const timer = setTimeout(() => {
      api.contacts.list({ q, limit: mostSuggestions }).then(
        ({ items }) => {
          const each = items.flatMap(({ name, emails }) => (emails[0] ? [{ name, email: emails[0] }] : []))
          if (!isOver) setFound(each)
        },
        () => {}, // one types the address
      )
    }, waitMs)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [q])
  return found
}
