'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import type { ArticleOutput } from '@/lib/kb/articles/schema'

interface Props {
  theirs: ArticleOutput
  onMine: () => void
  onTheirs: () => void
}

/** Somebody else saved the same while it was being written: theirs stands here, what was typed in the editor below. */
export function Clash({ theirs, onMine, onTheirs }: Props) {
  const t = useTranslations('kb.clash')
  return (
    <section role="alert" className="grid gap-3 border-b border-warning/40 bg-note px-4 py-3 text-sm">
      <p className="font-medium">{t('title')}</p>
      <p>{t('says')}</p>
      <details open className="rounded-md border bg-raised">
        <summary className="cursor-pointer px-3 py-2 font-medium">{t('theirs')}</summary>
        <div className="max-h-80 overflow-y-auto border-t px-3 py-2">
          <p className="font-semibold">
            <bdi>{theirs.title}</bdi>
          </p>
          {/* biome-ignore lint/security/noDangerouslySetInnerHtml: the server cleaned it by its allow list */}
          <div dir="auto" className="rich article" dangerouslySetInnerHTML={{ __html: theirs.content }} />
        </div>
      </details>
      <span className="flex flex-wrap gap-2">
        <Button size="small" variant="primary" onClick={onMine}>
          {t('keepMine')}
        </Button>
        <Button size="small" onClick={onTheirs}>
          {t('takeTheirs')}
        </Button>
      </span>
    </section>
  )
}
