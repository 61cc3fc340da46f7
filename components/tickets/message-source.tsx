'use client'

import { Download } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Textarea } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { sizeInWords } from '@/lib/files/values'
import { api } from '@/lib/wiring/client'

type Source = Awaited<ReturnType<typeof api.mail.source>>

interface Props {
  id: string
  /** It went out, instead of coming in. */
  isSent?: boolean
}

/** The source of an email: its headers, and its beginning. It is shown as text, and nothing in it is interpreted. */
export function MailSource({ id, isSent = false }: Props) {
  const t = useTranslations('tickets.mail.source')
  const [source, setSource] = useState<Source | null>(null)
  const [hasFailed, setFailed] = useState(false)
  useEffect(() => {
    let isWanted = true
    const read = isSent ? api.mail.sentSource : api.mail.source
    read({ id })
      .then((found) => isWanted && setSource(found))
      .catch(() => isWanted && setFailed(true))
    return () => {
      isWanted = false
    }
  }, [id, isSent])
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      {hasFailed && <FormError>{t('failed')}</FormError>}
      {source && (
        <>
          <table className="w-full table-fixed rounded-md border text-xs">
            <caption className="sr-only">{t('headers')}</caption>
            <colgroup>
              <col className="w-28 sm:w-40" />
              <col />
            </colgroup>
            <tbody>
              {source.headers.map(({ name, value }, n) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: headers come twice, and the list never changes
                <tr key={n} className="border-b align-baseline last:border-0">
                  <th scope="row" className="px-2 py-1 text-start font-medium wrap-anywhere text-muted">
                    <bdi>{name}</bdi>
                  </th>
                  <td className="px-2 py-1 wrap-anywhere">
                    <bdi>{value}</bdi>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <Textarea readOnly dir="ltr" rows={14} aria-label={t('text')} value={source.text} className="font-mono text-xs" />
          {source.isCut && <p className="text-sm text-muted">{t('cut', { size: sizeInWords(source.size) })}</p>}
        </>
      )}
      {!isSent && (
        <Button asChild size="small" className="justify-self-start">
          <a href={`/api/v1/settings/mail/messages/${id}/source`} download>
            <Download aria-hidden /> {t('download')}
          </a>
        </Button>
      )}
    </div>
  )
}

export function MailSourceDialog({ id, isSent = false, onClose }: Props & { onClose: () => void }) {
  const t = useTranslations('tickets.mail.source')
  return (
    <Dialog title={t(isSent ? 'sentTitle' : 'title')} says={t(isSent ? 'sentSays' : 'says')} isOpen onOpenChange={onClose} isWide>
      <MailSource id={id} isSent={isSent} />
    </Dialog>
  )
}
