'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import type { MailPreview, MailTemplateOutput } from '@/lib/correspondence/schema'
import { api } from '@/lib/wiring/client'

type Given = Pick<MailTemplateOutput, 'event' | 'language' | 'subject' | 'bodyHtml'>

interface Shown {
  mail: MailPreview | null
  /** What keeps it from being saved, by the fields. */
  errors: Record<string, string[]>
}

const pauseMs = 400

/** The mail as it would arrive, made anew when one stops typing; what is wrong with it is said meanwhile. */
export function usePreview({ event, language, subject, bodyHtml }: Given): Shown {
  const [shown, setShown] = useState<Shown>({ mail: null, errors: {} })
  useEffect(() => {
    let isOld = false
    const timer = setTimeout(() => {
      api.mailTemplates.preview({ event, language, subject, bodyHtml }).then(
        (mail) => !isOld && setShown({ mail, errors: {} }),
        (error: { data?: { fields?: Record<string, string[]> } }) =>
          !isOld && setShown((before) => ({ ...before, errors: error.data?.fields ?? {} })),
      )
    }, pauseMs)
    return () => {
      isOld = true
      clearTimeout(timer)
    }
  }, [event, language, subject, bodyHtml])
  return shown
}

const looks = ['light', 'dark', 'phone', 'plain'] as const
type Look = (typeof looks)[number]

/** A mail program asks the system for its theme; here it is chosen. */
const inTheme = (html: string, isDark: boolean) =>
  html
    .replaceAll('@media (prefers-color-scheme:dark)', isDark ? '@media all' : '@media not all')
    .replace('<html', `<html style="color-scheme:${isDark ? 'dark' : 'light'}"`)

export function TemplatePreview({ mail, errors }: Shown) {
  const t = useTranslations('settings.mailTemplates')
  const [look, setLook] = useState<Look>('light')
  return (
    <section aria-label={t('preview')} className="grid min-w-0 content-start gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="me-auto text-lg font-semibold">{t('preview')}</h2>
        {looks.map((each) => (
          <Button
            key={each}
            size="small"
            aria-pressed={each === look}
            variant={each === look ? 'primary' : 'secondary'}
            onClick={() => setLook(each)}
          >
            {t(`looks.${each}`)}
          </Button>
        ))}
      </div>
      {Object.keys(errors).length > 0 && mail && <p className="text-sm text-warning">{t('previewOld')}</p>}
      {mail && (
        <>
          <p className="text-sm wrap-anywhere">
            <span className="text-muted">{t('subject')}:</span> <bdi className="font-medium">{mail.subject}</bdi>
          </p>
          {look === 'plain' ? (
            <pre
              dir="auto"
              // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
              tabIndex={0}
              className="max-h-[40rem] overflow-auto rounded-md border bg-raised p-4 text-sm whitespace-pre-wrap wrap-anywhere"
            >
              {mail.text}
            </pre>
          ) : (
            <iframe
              title={t('preview')}
              sandbox=""
              srcDoc={inTheme(mail.html, look === 'dark')}
              className={cn('h-[36rem] w-full rounded-md border bg-white', look === 'phone' && 'max-w-[360px]')}
            />
          )}
        </>
      )}
    </section>
  )
}
