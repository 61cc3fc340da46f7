import { call } from '@orpc/server'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { viewer } from '@/app/t/viewer'
import { CommentForm } from '@/components/help-centre/comment-form'
import { Link } from '@/components/ui/link'
import { ReaderTime } from '@/components/ui/time'
import { articlePath } from '@/lib/kb/articles/article-address'
import type { PublishedArticle } from '@/lib/kb/articles/published'
import { listComments } from '@/lib/kb/readers/comments'
import { commentOn } from './comment-action'

/** What readers wrote below an article. */
export async function Comments({ article }: { article: PublishedArticle }) {
  const t = await getTranslations('articleComments')
  const { desk, person } = await viewer()
  const { items } = await load((context) => call(listComments, { id: article.id }, { context }))
  return (
    <section aria-labelledby="comments" className="mt-10 grid grid-cols-[minmax(0,1fr)] gap-4 print:hidden">
      <h2 id="comments" className="text-lg font-semibold">
        {t('title')}
      </h2>
      {items.length === 0 ? (
        <p className="text-sm text-muted">{t('none')}</p>
      ) : (
        <ul className="divide-y rounded-lg border bg-raised">
          {items.map(({ id, author, text, createdAt, isPending }) => (
            <li key={id} className="grid gap-1 px-4 py-3">
              <p className="text-sm text-muted">
                <bdi className="font-medium text-foreground">{author ?? t('somebody')}</bdi> ·{' '}
                <ReaderTime at={createdAt} timeZone={(person ?? desk).timeZone} />
              </p>
              <p dir="auto" className="wrap-anywhere whitespace-pre-line">
                {text}
              </p>
              {isPending && <p className="text-sm text-muted">{t('pending')}</p>}
            </li>
          ))}
        </ul>
      )}
      {person ? (
        <CommentForm action={commentOn.bind(null, article.id)} />
      ) : (
        <p className="text-sm">
          <Link href={`/sign-in?next=${encodeURIComponent(articlePath(article))}`} className="text-link underline">
            {t('signIn')}
          </Link>
        </p>
      )}
    </section>
  )
}
