'use client'

import { useFormatter, useTranslations } from 'next-intl'
import { useState } from 'react'
import { type Addressee, type Addressees, readAddressees, writeAddressee } from '@/lib/core/addressee'
import { shownAddress } from '@/lib/core/mail-address'
import type { SuppressedOutput } from '@/lib/mail/schema'
import type { ParticipantOutput } from '@/lib/tickets/conversation/schema'
import { Suppressed, useAddressFacts } from './address-facts'
import { AddressInput } from './address-input'
import { DoubtedAddressee } from './confirm-sender'

/** To and Cc as their writer chose them. */
export interface Chosen {
  to: string[]
  cc: string[]
}

interface Props {
  ticketId: string
  /** Those of the usual people that no email is sent to. */
  suppressed: SuppressedOutput[]
  mayOpenSuppressions: boolean
  /** Who takes part because somebody named them who was not verified, as long as nobody has answered. */
  unproven: ParticipantOutput[]
  /** Who takes part under the address of a member of staff. */
  staff: Addressee[]
  /** Whom an answer goes to unless its writer says otherwise. */
  usual: Addressees
  /** Null for the usual people. */
  chosen: Chosen | null
  onChange: (chosen: Chosen) => void
  errors: Record<string, string[]>
}

const written = (list: Addressee[]) => list.map(writeAddressee)

/** Whom a reply goes to: one line until somebody wants to change it. */
export function AddresseeRow(props: Props) {
  const { ticketId, usual, suppressed, staff, mayOpenSuppressions, unproven, chosen, onChange, errors } = props
  const t = useTranslations('tickets.addressees')
  const format = useFormatter()
  const [isOpened, setOpened] = useState(false)
  const now = chosen ?? { to: written(usual.to), cc: written(usual.cc) }
  const known = new Set([...usual.to, ...usual.cc].map(({ email }) => email))
  const addresses = [...now.to, ...now.cc].flatMap((text) => readAddressees(text)[0]?.email ?? [])
  const others = useAddressFacts(
    ticketId,
    addresses.filter((email) => !known.has(email)),
  )
  const withheld = [...suppressed, ...others.suppressed].filter(({ email }) => addresses.includes(email))
  const reached = addresses.filter((email) => !withheld.some((each) => each.email === email))
  const doubted = usual.to.map(({ email }) => email).find((email) => reached.includes(email))
  const warn = (email: string) => {
    const found = withheld.find((each) => each.email === email)
    if (found) return <Suppressed of={found} isLinked={mayOpenSuppressions} />
    const colleague = [...others.staff, ...staff].find((each) => each.email === email)
    if (colleague) return t('isStaff', { name: colleague.name })
    return known.has(email) ? null : t('isNew', { address: shownAddress(email) })
  }
  if (!isOpened && !chosen) {
    // Each reads in its own direction, whatever stands beside it.
    const names = (list: Addressee[]) => format.list(list.map(({ email, name }) => `\u2068${name || shownAddress(email)}\u2069`))
    const [to, cc] = [names(usual.to), names(usual.cc)]
    return (
      <>
        <button
          type="button"
          onClick={() => setOpened(true)}
          className="flex w-full min-w-0 items-baseline gap-1 px-3 pt-2 text-start text-sm text-muted"
        >
          <span className="min-w-0 truncate">{to === '' ? t('nobody') : cc === '' ? t('toOnly', { to }) : t('toAndCc', { to, cc })}</span>
          <span className="shrink-0 text-link underline">{t('change')}</span>
        </button>
        <div role="status" className="grid gap-0.5 px-3 text-xs text-warning">
          {withheld.map((each) => (
            <Suppressed key={each.email} of={each} isLinked={mayOpenSuppressions} />
          ))}
          <DoubtedAddressee address={doubted && shownAddress(doubted)} />
          <Unproven people={unproven} addresses={reached} />
        </div>
      </>
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
      <div role="status" className="ms-11 text-xs text-warning">
        <DoubtedAddressee address={doubted && shownAddress(doubted)} />
        <Unproven people={unproven} addresses={reached} />
      </div>
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

/** So many people whom a stranger's first answer would be sent to are worth a look. */
const fewestUnproven = 3
const mostNamed = 5

/** Whoever names a crowd without being verified has the team write to it: that is said before the first answer. */
function Unproven({ people, addresses }: { people: readonly ParticipantOutput[]; addresses: readonly string[] }) {
  const t = useTranslations('tickets.addressees')
  const format = useFormatter()
  const named = people.filter(({ email }) => email !== null && addresses.includes(email))
  if (named.length < fewestUnproven) return null
  const names = named.slice(0, mostNamed).map(({ name, email }) => name || shownAddress(email ?? ''))
  if (named.length > mostNamed) names.push(t('andOthers', { count: named.length - mostNamed }))
  return <span className="block wrap-anywhere">{t('unproven', { count: named.length, names: format.list(names) })}</span>
}
