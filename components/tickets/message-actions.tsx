'use client'

import { CircleCheck, FileCode2, Flag, History, Link, Pencil, Split as Split2, ThumbsUp } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'
import { cn } from '@/components/ui/cn'
import { drawnOnDemand } from '@/components/ui/on-demand'
import { toast } from '@/components/ui/toast'
import { useAction } from '@/components/ui/use-action'
import type { MessageOutput } from '@/lib/tickets/conversation/schema'
import { api } from '@/lib/wiring/client'
import type { MessageDialogProps } from './message-dialogs'

const MessageDialog = drawnOnDemand(async () => (await import('./message-dialogs')).MessageDialog)

export interface MessageActionsProps {
  message: MessageOutput
  ticketId: string
  mayUpdate: boolean
}

/** What staff do with one message. */
export function MessageActions({ message, ticketId: id, mayUpdate, isMarked }: MessageActionsProps & { isMarked: boolean }) {
  const t = useTranslations('tickets')
  const ui = useTranslations('ui')
  const common = useTranslations('common')
  const { id: messageId, kind, isSolution, isFlagged, isLiked, likes, mayEdit, editedAt } = message
  const mark = useAction(api.tickets.markMessage)
  const [asked, setAsked] = useState<MessageDialogProps['asked'] | null>(null)
  const close = () => setAsked(null)
  const toggle = (name: 'solution' | 'flag' | 'like', isOn: boolean) => void mark.run({ id, messageId, mark: name, isOn })
  async function copyLink() {
    try {
      await navigator.clipboard.writeText(`${window.location.origin}${window.location.pathname}#message-${messageId}`)
      toast.success(t('message.linkCopied'))
    } catch {
      toast.error(ui('copyRefused'))
    }
  }
  return (
    <footer
      className={cn(
        'mt-2 -mb-1 flex flex-wrap items-center gap-1 text-xs',
        // Without a mark they float over the edge of the card when it is pointed at, and take no room in it.
        !isMarked &&
          'sm:absolute sm:end-3 sm:-bottom-3 sm:m-0 sm:rounded-md sm:border sm:bg-raised sm:px-1 sm:opacity-0 sm:group-focus-within:opacity-100 sm:group-hover:opacity-100',
      )}
    >
      <Tool name={t('message.like')} isOn={isLiked} onUse={() => toggle('like', !isLiked)} icon={<ThumbsUp aria-hidden />} count={likes} />
      {mayUpdate && kind !== 'note' && (
        <Tool
          name={t('conversation.solution')}
          isOn={isSolution}
          onUse={() => toggle('solution', !isSolution)}
          icon={<CircleCheck aria-hidden />}
        />
      )}
      {mayUpdate && <Tool name={t('message.flag')} isOn={isFlagged} onUse={() => toggle('flag', !isFlagged)} icon={<Flag aria-hidden />} />}
      <Tool name={t('message.copyLink')} onUse={() => void copyLink()} icon={<Link aria-hidden />} />
      {message.mail?.id && <Tool name={t('mail.source.show')} onUse={() => setAsked('received')} icon={<FileCode2 aria-hidden />} />}
      {message.delivery && <Tool name={t('mail.source.showSent')} onUse={() => setAsked('sent')} icon={<FileCode2 aria-hidden />} />}
      {mayUpdate && (kind === 'reply' || message.isStranger) && (
        <Tool name={t('message.split')} onUse={() => setAsked('split')} icon={<Split2 aria-hidden />} />
      )}
      {mayEdit && <Tool name={common('edit')} onUse={() => setAsked('edit')} icon={<Pencil aria-hidden />} />}
      {editedAt && <Tool name={t('message.edits')} onUse={() => setAsked('edits')} icon={<History aria-hidden />} />}
      {asked && <MessageDialog asked={asked} message={message} ticketId={id} onClose={close} onFailed={close} />}
    </footer>
  )
}

function Tool(props: { name: string; icon: ReactNode; onUse: () => void; isOn?: boolean; count?: number }) {
  const t = useTranslations('tickets.message')
  const { name, icon, onUse, isOn, count = 0 } = props
  return (
    <button
      type="button"
      aria-label={count > 0 ? t('counted', { name, count }) : name}
      title={name}
      aria-pressed={isOn}
      onClick={onUse}
      className="flex items-center gap-1 rounded p-1 text-muted hover:bg-line/50 aria-pressed:text-link sm:opacity-0 sm:group-focus-within:opacity-100 sm:group-hover:opacity-100 sm:aria-pressed:opacity-100 [&_svg]:size-4"
    >
      {icon}
      {count > 0 && <span aria-hidden>{count}</span>}
    </button>
  )
}
