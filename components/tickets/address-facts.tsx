'use client'

import { useFormatter, useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { Link } from '@/components/ui/link'
import { shownAddress } from '@/lib/core/mail-address'
import type { SuppressedOutput } from '@/lib/mail/schema'
import { api } from '@/lib/wiring/client'

type AddressFacts = Awaited<ReturnType<typeof api.tickets.checkAddressees>>

const waitMs = 200
const nothing: AddressFacts = { suppressed: [], staff: [] }

/** Which of some addresses no email is sent to, and which are those of staff. */
export function useAddressFacts(ticketId: string, addresses: readonly string[]): AddressFacts {
  const [found, setFound] = useState(nothing)
  const asked = addresses.join('\n')
  useEffect(() => {
    let isOver = false
    if (asked === '') return setFound(nothing)
    const timer = setTimeout(() => {
      api.tickets.checkAddressees({ id: ticketId, emails: asked.split('\n') }).then(
        (facts) => !isOver && setFound(facts),
        () => {}, // the conversation says afterwards to whom it was not sent
      )
    }, waitMs)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [ticketId, asked])
  return found
}

/** That an address gets no email, and why. */
export function Suppressed({ of: { email, reason, since }, isLinked }: { of: SuppressedOutput; isLinked: boolean }) {
  const t = useTranslations('tickets.addressees')
  const common = useTranslations('common')
  const format = useFormatter()
  const said = { address: shownAddress(email), reason: common(`suppressionReasons.${reason}`), date: format.dateTime(since, 'moment') }
  return (
    <span className="block wrap-anywhere">
      {t('suppressed', said)}{' '}
      {isLinked && (
        <Link href={`/settings/suppressions?q=${encodeURIComponent(email)}`} className="text-link underline">
          {t('showSuppression')}
        </Link>
      )}
    </span>
  )
}
