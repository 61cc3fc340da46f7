import { call } from '@orpc/server'
import { MessageSquare } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { CommentActions } from '@/components/kb/comment-actions'
import { Button } from '@/components/ui/button'
import { Empty, PageHeader } from '@/components/ui/layout'
import { Link } from '@/components/ui/link'
import { Time } from '@/components/ui/time'
import { listCommentsToDecide } from '@/lib/kb/readers/comments'
import { commentStatuses } from '@/lib/kb/readers/values'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('kbPages.comments'))('title') })

interface Query {
  status?: string
  cursor?: string
}

/** What readers wrote below articles, to be shown to others or not. */
export default async function KbComments({ searchParams }: { searchParams: Promise<Query> }) {
  const t = await getTranslations('kbPages.comments')
  const pages = await getTranslations('kbPages')
  const { person } = await signedIn()
  const { status: asked, cursor } = await searchParams
  const status = commentStatuses.find((each) => each === asked) ?? 'pending'
  const { items, nextCursor } = await load((context) => call(listCommentsToDecide, { status, cursor }, { context }))
  return (
    <Texts of={['kb']}>
      <div className="mx-auto max-w-3xl px-4 py-5">
        <PageHeader back={{ href: '/agent/kb', name: pages('title') }} title={t('title')} />
        <nav aria-label={t('status')} className="mb-4 flex flex-wrap gap-1 text-sm">
          {commentStatuses.map((each) => (
            <Link
              key={each}
              href={`/agent/kb/comments?status=${each}`}
              aria-current={each === status ? 'page' : undefined}
              className="rounded-md px-2.5 py-1.5 hover:bg-line/50 aria-[current=page]:bg-line/70 aria-[current=page]:font-medium"
            >
              {t(`statuses.${each}`)}
            </Link>
          ))}
        </nav>
        {items.length === 0 ? (
          <Empty icon={<MessageSquare />} title={t('none')}>
            {t('noneSays')}
          </Empty>
        ) : (
          <ul className="divide-y rounded-lg border bg-raised">
            {items.map(({ id, article, author, text, createdAt }) => (
              <li key={id} className="grid gap-2 px-4 py-3 text-sm">
                <p className="text-muted">
                  <bdi className="font-medium text-foreground">{author.name}</bdi> · <Time at={createdAt} timeZone={person.timeZone} /> ·{' '}
                  <Link href={`/agent/kb/${article.id}`} className="text-link">
                    <bdi>{article.title}</bdi>
                  </Link>
                </p>
                <p dir="auto" className="wrap-anywhere whitespace-pre-line">
                  {text}
                </p>
                <CommentActions id={id} status={status} />
              </li>
            ))}
          </ul>
        )}
        {nextCursor && (
          <Button asChild className="justify-self-start">
            <Link href={`/agent/kb/comments?${new URLSearchParams({ status, cursor: nextCursor })}`}>{t('more')}</Link>
          </Button>
        )}
      </div>
    </Texts>
  )
}
