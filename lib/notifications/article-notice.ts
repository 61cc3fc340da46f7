import { has } from '../actor/actor'
import type { Work } from '../events/work'
import { maySee } from '../kb/articles/policy'
import type { Notice } from './notice'
import { loadReaders } from './recipients'

const read = ({ tx, tenant }: Work, id: string) =>
  tx.kbArticle.findFirst({
    where: { tenantId: tenant.ref.id, id, deletedAt: null },
    select: { title: true, effectiveAudience: true, authorId: true, rejectionReason: true, reviewers: { select: { personId: true } } },
  })
type Article = NonNullable<Awaited<ReturnType<typeof read>>>

/** Those who may still have the article as a writer: a notice says what it is called. */
async function whoMayKnow(work: Work, { effectiveAudience }: Article, ids: readonly string[]): Promise<string[]> {
  const readers = await loadReaders(work, [...ids])
  return readers
    .filter(({ actor }) => (has(actor, 'kb.write') || has(actor, 'kb.publish')) && maySee(actor, effectiveAudience))
    .map(({ id }) => id)
}

const about = (id: string) => ({
  type: 'article_review' as const,
  requesterIds: [],
  href: `/agent/kb/${id}`,
  isUrgent: false,
  groupKey: `article:${id}`,
})

/** Reviewers are asked for their review. */
export async function onSubmitted(work: Work, id: string, actorId: string | null): Promise<Notice | null> {
  const article = await read(work, id)
  if (!article || article.reviewers.length === 0) return null
  const where = { tenantId: work.tenant.ref.id, id: actorId ?? id }
  const by = await work.tx.person.findFirst({ where, select: { name: true } })
  return {
    ...about(id),
    staffIds: await whoMayKnow(
      work,
      article,
      article.reviewers.map(({ personId }) => personId),
    ),
    wording: (t) => ({
      title: t('notices.article.submitted', { title: article.title }),
      body: by ? t('notices.article.submittedBy', { name: by.name }) : t('notices.article.submittedBody'),
    }),
  }
}

/** Authors hear what became of it. */
export async function onDecided(work: Work, id: string, what: 'approved' | 'rejected'): Promise<Notice | null> {
  const article = await read(work, id)
  if (!article?.authorId) return null
  return {
    ...about(id),
    staffIds: await whoMayKnow(work, article, [article.authorId]),
    wording: (t) => ({
      title: t(`notices.article.${what}`, { title: article.title }),
      body: what === 'rejected' ? (article.rejectionReason ?? '') : t('notices.article.approvedBody'),
    }),
  }
}
