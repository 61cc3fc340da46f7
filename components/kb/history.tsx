'use client'

import { HistoryIcon } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Empty } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import { useAction } from '@/components/ui/use-action'
import type { ArticleOutput } from '@/lib/kb/articles/schema'
import { api } from '@/lib/wiring/client'
import { type Comparison, Parts } from './comparison'

type Versions = Awaited<ReturnType<typeof api.kb.versions>>['items']

interface Props {
  article: ArticleOutput
  at: () => { id: string; version: number }
  timeZone: string
  beforeUse: () => Promise<boolean>
  onRestored: (article: ArticleOutput) => void
}

/** The versions of an article, each beside what stands there now. */
export function VersionHistory({ article, at, timeZone, beforeUse, onRestored }: Props) {
  const t = useTranslations('kb.history')
  const [isOpen, setOpen] = useState(false)
  const [versions, setVersions] = useState<Versions | null>(null)
  const [shown, setShown] = useState<{ n: number; parts: Comparison } | null>(null)
  const compare = useAction(async (n: number) => ({ n, parts: await api.kb.compareVersions({ id: article.id, n }) }), {
    onDone(now) {
      setShown(now)
      return false
    },
  })
  const open = useAction(
    async (_: null) => {
      await beforeUse() // what could not be saved is not compared
      return api.kb.versions({ id: article.id })
    },
    {
      onDone({ items }) {
        setVersions(items)
        setShown(null)
        setOpen(true)
        if (items[0]) void compare.run(items[0].n)
        return false
      },
    },
  )
  const restore = useAction(async (n: number) => api.kb.restoreVersion({ ...at(), n }), {
    success: t('restored'),
    onDone(now) {
      onRestored(now)
      setOpen(false)
      return false
    },
  })
  return (
    <>
      <Button size="small" variant="ghost" isPending={open.isPending} onClick={() => void open.run(null)}>
        <HistoryIcon aria-hidden /> {t('title')}
      </Button>
      <Dialog title={t('title')} says={t('says')} isOpen={isOpen} onOpenChange={setOpen} isWide>
        {versions?.length === 0 ? (
          <Empty title={t('none')} />
        ) : (
          <div className="grid gap-4 sm:grid-cols-[14rem_minmax(0,1fr)]">
            <ul className="grid max-h-[60vh] content-start gap-1 overflow-y-auto text-sm">
              {versions?.map(({ n, publishedAt, publishedBy, isShown }) => (
                <li key={n}>
                  <button
                    type="button"
                    aria-pressed={shown?.n === n}
                    onClick={() => void compare.run(n)}
                    className="w-full rounded-md px-2 py-1.5 text-start hover:bg-surface aria-pressed:bg-line/60"
                  >
                    <span className="block font-medium">{isShown ? t('shown', { n }) : t('version', { n })}</span>
                    <span className="block text-xs text-muted">
                      <Time at={publishedAt} timeZone={timeZone} /> <bdi>{publishedBy?.name}</bdi>
                    </span>
                  </button>
                </li>
              ))}
            </ul>
            {shown && (
              <section className="min-w-0" aria-label={t('comparison', { n: shown.n })}>
                <p className="mb-2 text-base font-semibold">
                  <Parts parts={shown.parts.title} />
                </p>
                <div
                  dir="auto"
                  className="max-h-[50vh] overflow-y-auto rounded-md border px-3 py-2 text-sm whitespace-pre-wrap wrap-anywhere"
                >
                  <Parts parts={shown.parts.text} />
                </div>
                <Button
                  className="mt-3"
                  size="small"
                  isPending={restore.isPending}
                  disabled={!article.abilities.update}
                  onClick={() => void restore.run(shown.n)}
                >
                  {t('restore', { n: shown.n })}
                </Button>
              </section>
            )}
          </div>
        )}
      </Dialog>
    </>
  )
}
