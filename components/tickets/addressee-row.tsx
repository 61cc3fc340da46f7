'use client'

import { useFormatter, useTranslations } from 'next-intl'
import { useState } from 'react'
import { type Addressee, type Addressees, readAddressees, writeAddressee } from '@/lib/core/addressee'
import { shownAddress } from '@/lib/core/mail-address'
import { AddressInput } from './address-input'

/** To and Cc as their writer chose them. */
export interface Chosen {
  to: string[]
  cc: string[]
}

interface Props {
  /** Whom an answer goes to unless its writer says otherwise. */
  usual: Addressees
  /** Null for the usual people. */
  chosen: Chosen | null
  onChange: (chosen: Chosen) => void
  errors: Record<string, string[]>
}

const written = (list: Addressee[]) => list.map(writeAddressee)

/** Whom a reply goes to: one line until somebody wants to change it. */
export function AddresseeRow({ usual, chosen, onChange, errors }: Props) {
  const t = useTranslations('tickets.addressees')
  const format = useFormatter()
  const [isOpened, setOpened] = useState(false)
  const now = chosen ?? { to: written(usual.to), cc: written(usual.cc) }
  const known = new Set([...usual.to, ...usual.cc].map(({ email }) => email))
  const warn = (email: string) => (known.has(email) ? null : t('isNew', { address: shownAddress(email) }))
  if (!isOpened && !chosen) {
    const names = (list: Addressee[]) => format.list(list.map(({ email, name }) => name || shownAddress(email)))
    const [to, cc] = [names(usual.to), names(usual.cc)]
    return (
      <button
        type="button"
        onClick={() => setOpened(true)}
        className="flex w-full min-w-0 items-baseline gap-1 px-3 pt-2 text-start text-sm text-muted"
      >
        <span dir="auto" className="min-w-0 truncate">
          {to === '' ? t('nobody') : cc === '' ? t('toOnly', { to }) : t('toAndCc', { to, cc })}
        </span>
        <span className="shrink-0 text-link underline">{t('change')}</span>
      </button>
    )
  }
  const left = [...usual.to].filter(({ email }) => ![...now.to, ...now.cc].some((text) => readAddressees(text)[0]?.email === email))
  return (
    <div className="grid gap-1 border-b px-3 py-2">
      <AddressInput
        label={t('to')}
        value={now.to}
        onChange={(to) => onChange({ ...now, to })}
        warn={warn}
        errors={errors.to}
        isFocused={isOpened}
      />
      <AddressInput label={t('cc')} value={now.cc} onChange={(cc) => onChange({ ...now, cc })} warn={warn} errors={errors.cc} />
      {left.length > 0 && (
        <p role="status" className="ms-11 text-xs text-warning">
          {t('requesterLeftOut', { name: format.list(left.map(({ name, email }) => name || email)) })}
        </p>
      )}
    </div>
  )
}

/** Whether each of them is an address. */
export const isSendable = (chosen: Chosen | null): boolean =>
  chosen === null || (chosen.to.length > 0 && [...chosen.to, ...chosen.cc].every((text) => readAddressees(text)[0]?.email))
