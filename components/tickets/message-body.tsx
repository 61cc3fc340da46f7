'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { MessageOutput } from '@/lib/tickets/conversation/schema'

type Shown = Pick<MessageOutput, 'bodyHtml' | 'bodyText' | 'quotedText' | 'source'>

/**
 * What a message says. Our own editor's text is shown as it was written; of a
 * mail the plain words, and its formatting on demand. The HTML was cleaned when it was stored.
 */
export function MessageBody({ message: { bodyHtml, bodyText, quotedText, source } }: { message: Shown }) {
  const t = useTranslations('tickets.message')
  const isMail = source === 'email'
  const [isFormatted, setFormatted] = useState(!isMail)
  return (
    <>
      {bodyHtml && isFormatted ? (
        // biome-ignore lint/security/noDangerouslySetInnerHtml: cleaned by lib/core/html when it was stored
        <div dir="auto" className="rich text-[0.95em] wrap-anywhere" dangerouslySetInnerHTML={{ __html: bodyHtml }} />
      ) : (
        <div dir="auto" className="text-[0.95em] wrap-anywhere whitespace-pre-wrap">
          {bodyText}
        </div>
      )}
      {quotedText && !(isMail && isFormatted) && (
        <details className="mt-2 text-sm text-muted">
          <summary className="cursor-pointer">{t('quoted')}</summary>
          <div dir="auto" className="mt-1 border-s-2 ps-3 wrap-anywhere whitespace-pre-wrap">
            {quotedText}
          </div>
        </details>
      )}
      {isMail && bodyHtml && (
        <button type="button" className="mt-1 text-xs text-link" onClick={() => setFormatted(!isFormatted)}>
          {isFormatted ? t('plain') : t('formatted')}
        </button>
      )}
    </>
  )
}
