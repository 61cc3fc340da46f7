'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { useAction } from '@/components/ui/use-action'
import type { commentStatuses } from '@/lib/kb/readers/values'
import { api } from '@/lib/wiring/client'

interface Props {
  id: string
  status: (typeof commentStatuses)[number]
}

/** What becomes of a comment. */
export function CommentActions({ id, status }: Props) {
  const t = useTranslations('kb.comments')
  const approve = useAction(api.kb.approveComment, { success: t('approved') })
  const reject = useAction(api.kb.rejectComment, { success: t('rejected') })
  const remove = useAction(api.kb.deleteComment, { success: t('deleted') })
  return (
    <div className="flex flex-wrap gap-2">
      {status !== 'approved' && (
        <Button size="small" variant="primary" isPending={approve.isPending} onClick={() => void approve.run({ id, seen: status })}>
          {t('approve')}
        </Button>
      )}
      {status !== 'rejected' && (
        <Button size="small" isPending={reject.isPending} onClick={() => void reject.run({ id, seen: status })}>
          {t('reject')}
        </Button>
      )}
      <ConfirmButton
        action={t('delete')}
        title={t('deleteTitle')}
        says={t('deleteSays')}
        isPending={remove.isPending}
        onConfirm={() => remove.run({ id, seen: status })}
      />
    </div>
  )
}
