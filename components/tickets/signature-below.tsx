'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { api } from '@/lib/wiring/client'

/** What a reply gets below it when it goes out by mail: to see, not to write. */
export function SignatureBelow({ ticketId, departmentId }: { ticketId: string; departmentId: string | null }) {
  const t = useTranslations('tickets.composer')
  const [html, setHtml] = useState<string | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: of another department it is another one
  useEffect(() => {
    let isOld = false
    // Writing goes on without.
    api.signature.ofTicket({ id: ticketId }).then(
      ({ signatureHtml }) => !isOld && setHtml(signatureHtml),
      () => {},
    )
    return () => {
      isOld = true
    }
  }, [ticketId, departmentId])
  if (!html) return null
  return (
    <details className="px-3 pb-2 text-sm text-muted">
      <summary className="w-fit cursor-pointer py-1.5">{t('signature')}</summary>
      {/* biome-ignore lint/security/noDangerouslySetInnerHtml: the server let it through its allow list */}
      <div dir="auto" className="rich mt-1 border-s-2 ps-3" dangerouslySetInnerHTML={{ __html: html }} />
    </details>
  )
}
