'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { useAction } from '@/components/ui/use-action'
import type { ArticleOutput } from '@/lib/kb/articles/schema'
import { api } from '@/lib/wiring/client'
import { type Comparison, Parts } from './comparison'

interface Props {
  theirs: ArticleOutput
  /** Who looks: they may have saved it themselves, in another window. */
  personId: string
  mine: () => { title: string; content: string }
  onTheirs: () => void
  /** Where something here was not saved: that is saved over theirs. */
  onMine?: () => void
}

/** Somebody else saved a newer version: theirs stands here, what was typed in the editor below. */
export function Clash({ theirs, personId, mine, onTheirs, onMine }: Props) {
  const t = useTranslations('kb.clash')
  const [compared, setCompared] = useState<{ version: number; parts: Comparison } | null>(null)
  const compare = useAction(
    async (version: number) => {
      const { title, content } = mine()
      return { version, parts: await api.kb.compareDraft({ id: theirs.id, title, content }) }
    },
    {
      onDone(found) {
        setCompared(found)
        return false
      },
    },
  )
  const { editedBy, version } = theirs
  const parts = compared?.version === version ? compared.parts : null
  return (
    <section role="alert" className="grid gap-3 border-b border-warning/40 bg-note px-4 py-3 text-sm">
      <p className="font-medium">{editedBy?.id === personId ? t('own') : editedBy ? t('title', { name: editedBy.name }) : t('someone')}</p>
      <p>{t(onMine ? 'says' : 'newerSays')}</p>
      {parts ? (
        <section aria-label={t('comparison')} className="max-h-80 overflow-y-auto rounded-md border bg-raised px-3 py-2">
          <p className="font-semibold">
            <Parts parts={parts.title} />
          </p>
          <div dir="auto" className="whitespace-pre-wrap wrap-anywhere">
            <Parts parts={parts.text} />
          </div>
        </section>
      ) : (
        <details open={onMine !== undefined} className="rounded-md border bg-raised">
          <summary className="cursor-pointer px-3 py-2 font-medium">{t('theirs')}</summary>
          <div className="max-h-80 overflow-y-auto border-t px-3 py-2">
            <p className="font-semibold">
              <bdi>{theirs.title}</bdi>
            </p>
            {/* biome-ignore lint/security/noDangerouslySetInnerHtml: the server cleaned it by its allow list */}
            <div dir="auto" className="rich article" dangerouslySetInnerHTML={{ __html: theirs.content }} />
          </div>
        </details>
      )}
      <span className="flex flex-wrap gap-2">
        {onMine && (
          <Button size="small" variant="primary" onClick={onMine}>
            {t('keepMine')}
          </Button>
        )}
        <Button size="small" variant={onMine ? 'secondary' : 'primary'} onClick={onTheirs}>
          {t('takeTheirs')}
        </Button>
        <Button
          size="small"
          aria-pressed={parts !== null}
          isPending={compare.isPending}
          onClick={() => (parts ? setCompared(null) : void compare.run(version))}
        >
          {t('compare')}
        </Button>
      </span>
    </section>
  )
}
