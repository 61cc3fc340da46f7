'use client'

import { ListX } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/wiring/client'

/** Those whose emails are ignored. */
export function Unblock({ email }: { email: string }) {
  const t = useTranslations('settings.mail')
  const { run, isPending } = useAction(api.mail.unblockSender, { success: t('unblocked') })
  return (
    <Button size="small" isPending={isPending} onClick={() => void run({ email })} aria-label={t('unblockNamed', { address: email })}>
      {t('unblock')}
    </Button>
  )
}

/** Sends what comes from a mailing list to Ignored from now on. */
export function IgnoreList({ id, list }: { id: string; list: { id: string; name: string } }) {
  const t = useTranslations('settings.mail')
  const { run, isPending } = useAction(api.mail.ignoreList, {
    success: t('listIgnored', { name: list.name }),
    undo: () => api.mail.unignoreList({ list: list.id }),
  })
  return (
    <Button size="small" isPending={isPending} onClick={() => void run({ id })} title={t('ignoreListSays', { name: list.name })}>
      <ListX aria-hidden /> {t('ignoreList')}
    </Button>
  )
}

/** Takes mail of a list in again. */
export function UnignoreList({ listId, name }: { listId: string; name: string }) {
  const t = useTranslations('settings.mail')
  const { run, isPending } = useAction(api.mail.unignoreList, { success: t('listUnignored') })
  return (
    <Button size="small" isPending={isPending} onClick={() => void run({ list: listId })} aria-label={t('unignoreListNamed', { name })}>
      {t('unignoreList')}
    </Button>
  )
}
