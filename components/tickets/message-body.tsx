'use client'

import { ImageOff } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'
import type { MessageOutput } from '@/lib/tickets/conversation/schema'

/** Lines of a length that is easily read. */
export const measure = 'me-auto max-w-[72ch] text-[15px] leading-[22px] wrap-anywhere'

type Shown = Pick<MessageOutput, 'bodyHtml' | 'bodyText' | 'quotedHtml' | 'quotedText' | 'source'>

/**
 * What a message says. Our own editor's text is shown as it was written; of a
 * mail the plain words, and its formatting on demand, or at once where pictures stand in it. The HTML was cleaned when it was stored.
 */
export function MessageBody({ message: { bodyHtml, bodyText, quotedHtml, quotedText, source } }: { message: Shown }) {
  const t = useTranslations('tickets.message')
  const isMail = source === 'email'
  const [isFormatted, setFormatted] = useState(!isMail || Boolean(bodyHtml?.includes('<img src=')))
  const [isLoaded, setLoaded] = useState(false)
  // Our server asks for them only now; whoever sent it learns nothing of who looks.
  const shown = (html: string) => (isLoaded ? html.replaceAll('<img data-remote="', '<img loading="lazy" src="') : html)
  const hides = !isLoaded && isMail && [bodyHtml, quotedHtml].some((html) => html?.includes('<img data-remote="'))
  return (
    <>
      {hides && (
        <p className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md border px-3 py-1.5 text-sm text-muted print:hidden">
          <ImageOff aria-hidden className="size-4 shrink-0" />
          <span className="min-w-0 flex-1 basis-40">{t('picturesHidden')}</span>
          <button
            type="button"
            className="text-link underline"
            onClick={() => {
              setLoaded(true)
              setFormatted(true)
            }}
          >
            {t('showPictures')}
          </button>
        </p>
      )}
      {bodyHtml && isFormatted ? (
        // biome-ignore lint/security/noDangerouslySetInnerHtml: cleaned by lib/core/html when it was stored
        <div dir="auto" className={`rich ${measure}`} dangerouslySetInnerHTML={{ __html: shown(bodyHtml) }} />
      ) : (
        <div dir="auto" className={`whitespace-pre-wrap ${measure}`}>
          {isMail ? withoutHoles(bodyText) : bodyText}
        </div>
      )}
      {isMail && bodyHtml && isFormatted
        ? quotedHtml && (
            <Quoted>
              {/* biome-ignore lint/security/noDangerouslySetInnerHtml: cleaned by lib/core/html when it was stored */}
              <div dir="auto" className="rich mt-1 border-s-2 ps-3 wrap-anywhere" dangerouslySetInnerHTML={{ __html: shown(quotedHtml) }} />
            </Quoted>
          )
        : quotedText && (
            <Quoted>
              <div dir="auto" className="mt-1 border-s-2 ps-3 wrap-anywhere whitespace-pre-wrap">
                {withoutHoles(quotedText)}
              </div>
            </Quoted>
          )}
      {isMail && bodyHtml && (
        <button type="button" className="mt-1 text-xs text-link" onClick={() => setFormatted(!isFormatted)}>
          {isFormatted ? t('plain') : t('formatted')}
        </button>
      )}
    </>
  )
}

/** The words of a mail with one empty line where several are: programs space with empty paragraphs, and leave some where pictures stood. */
const withoutHoles = (text: string) => text.replace(/\n(?:[^\S\n]*\n){2,}/g, '\n\n')

/** What repeats an earlier message, folded until somebody asks. */
function Quoted({ children }: { children: ReactNode }) {
  const t = useTranslations('tickets.message')
  return (
    <details className="mt-2 text-sm text-muted">
      <summary className="cursor-pointer">{t('quoted')}</summary>
      {children}
    </details>
  )
}
