import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { getFormatter, getTranslations } from 'next-intl/server'
import { cache } from 'react'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { BarsCard } from '@/components/charts/bars-card'
import { PageHeader } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import { getArticle } from '@/lib/kb/articles/queries'
import { getArticleAnalytics } from '@/lib/kb/readers/analytics'
import { voteReasons } from '@/lib/kb/readers/values'
import { PeriodLinks, periodOf, Tiles } from '../../analytics/period-links'

interface Props {
  params: Promise<{ id: string }>
  searchParams: Promise<{ days?: string }>
}

const read = cache((id: string) => load((context) => call(getArticle, { id }, { context })))

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const t = await getTranslations('kbPages.analytics')
  return { title: t('titleOf', { title: (await read((await params).id)).title }) }
}

/** What readers did with one article, and what they said of it. */
export default async function ArticleAnalytics({ params, searchParams }: Props) {
  const t = await getTranslations('kbPages.analytics')
  const reasons = await getTranslations('articleVote.reasons')
  const format = await getFormatter()
  const { person } = await signedIn()
  const { id } = await params
  const article = await read(id)
  const days = periodOf((await searchParams).days)
  const found = await load((context) => call(getArticleAnalytics, { id, days }, { context }))
  const { helpful, notHelpful } = found
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 p-4 *:first:mb-1 md:p-6">
      <PageHeader back={{ href: `/agent/kb/${id}`, name: t('toArticle') }} title={<bdi>{article.title}</bdi>}>
        <PeriodLinks path={`/agent/kb/${id}/analytics`} days={days} />
      </PageHeader>
      <Tiles
        tiles={[
          { name: t('views'), value: format.number(found.views) },
          { name: t('helpful'), value: format.number(helpful) },
          { name: t('notHelpful'), value: format.number(notHelpful) },
          { name: t('choices'), value: format.number(found.choices) },
          { name: t('deflected'), value: format.number(found.deflected) },
          { name: t('timeRead'), value: found.seconds === null ? '–' : t('seconds', { count: found.seconds }) },
          { name: t('copies'), value: format.number(found.copies) },
          { name: t('prints'), value: format.number(found.prints) },
        ]}
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 lg:grid-cols-2">
        <BarsCard
          title={t('viewsByDay')}
          of={t('day')}
          none={t('none')}
          series={[{ key: 'views', name: t('views'), colour: 'accent' }]}
          points={found.byDay.map(({ day, views }) => ({
            name: format.dateTime(new Date(day), 'day', { timeZone: 'UTC' }),
            values: { views },
          }))}
        />
        <BarsCard
          title={t('byReason')}
          of={t('reason')}
          none={t('noReasons')}
          series={[{ key: 'votes', name: t('votes'), colour: 'danger' }]}
          points={voteReasons.map((reason) => ({
            name: reasons(reason),
            values: { votes: found.byReason.find((row) => row.reason === reason)?.votes ?? 0 },
          }))}
        />
      </div>
      <section aria-labelledby="feedback" className="max-w-prose">
        <h2 id="feedback" className="mb-2 text-sm font-semibold">
          {t('feedback')}
        </h2>
        {found.feedback.length === 0 ? (
          <p className="text-sm text-muted">{t('noFeedback')}</p>
        ) : (
          <ul className="divide-y rounded-lg border bg-raised">
            {found.feedback.map(({ isHelpful, reason, text, at }) => (
              <li key={`${at.toISOString()} ${text}`} className="grid gap-1 px-4 py-3 text-sm">
                <p dir="auto" className="wrap-anywhere whitespace-pre-line">
                  {text}
                </p>
                <p className="text-xs text-muted">
                  {reason ? reasons(reason) : t(isHelpful ? 'helpful' : 'notHelpful')} · <Time at={at} timeZone={person.timeZone} />
                </p>
              </li>
            ))}
          </ul>
        )}
      </section>
      <p className="text-sm text-muted">{t('says')}</p>
    </div>
  )
}
