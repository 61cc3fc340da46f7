import { useTranslations } from 'next-intl'
import { cn } from '@/components/ui/cn'
import type { ArticleStatus } from '@/lib/kb/articles/workflow'

const tones: Record<ArticleStatus, string> = {
  draft: 'text-muted',
  in_review: 'border-warning text-warning',
  approved: 'border-link text-link',
  scheduled: 'border-link text-link',
  published: 'border-success text-success',
  archived: 'text-muted',
}

/** Where an article stands; one that is read while it is changed says both. */
export function StatusBadge({ status, isPublished }: { status: ArticleStatus; isPublished: boolean }) {
  const t = useTranslations('kb.status')
  return (
    <span className={cn('pill whitespace-nowrap', tones[status])}>
      {isPublished && status !== 'published' ? t('whilePublished', { status: t(status) }) : t(status)}
    </span>
  )
}
