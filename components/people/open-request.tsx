'use client'

import { signIn } from 'next-auth/react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { FormError } from '@/components/ui/form-error'
import { Link } from '@/components/ui/link'

/** The id at the start of the key, as it stands in addresses. */
const ticketIdOf = (key: string) => key.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
const placeOf = () => `/requests/${ticketIdOf(window.location.hash.slice(1))}`

/** Opens the request that a mail was about, on a press: what opens links by itself, or leads someone here, changes nothing. */
export function OpenRequest({ signedInAs }: { signedInAs: string | null }) {
  const t = useTranslations('signIn.request')
  const [failure, setFailure] = useState<'dead' | 'away' | null>(null)
  const [isPending, setPending] = useState(false)
  async function open() {
    setPending(true)
    setFailure(null)
    const answer = await signIn('credentials', { requestKey: window.location.hash.slice(1), redirect: false }).catch(() => null)
    // It may have become part of another: the list knows which.
    if (answer?.ok) return window.location.replace('/requests')
    setPending(false)
    setFailure(answer?.status === 401 ? 'dead' : 'away')
  }
  return (
    <>
      <h1 className="text-lg font-semibold">{t('title')}</h1>
      {failure === 'away' && <FormError>{t('away')}</FormError>}
      {failure === 'dead' ? (
        <>
          <FormError>{t('dead')}</FormError>
          <Onward href="/magic-link" name={t('newLink')} isPrimary />
          <Onward href="/sign-in" name={t('signIn')} />
        </>
      ) : (
        <>
          {signedInAs && <Button onClick={() => window.location.assign(placeOf())}>{t('openAs', { email: signedInAs })}</Button>}
          <Button variant="primary" isPending={isPending} onClick={() => void open()}>
            {signedInAs ? t('openWithLink') : t('open')}
          </Button>
        </>
      )}
    </>
  )
}

const Onward = ({ href, name, isPrimary }: { href: string; name: string; isPrimary?: boolean }) => (
  <Button asChild variant={isPrimary ? 'primary' : 'secondary'}>
    <Link href={`${href}?${new URLSearchParams({ next: placeOf() })}`}>{name}</Link>
  </Button>
)
