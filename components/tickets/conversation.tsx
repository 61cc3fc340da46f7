import { Lock, ShieldQuestion } from 'lucide-react'
import { cn } from '@/components/ui/cn'
import { Avatar, Badge } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import type { MessageOutput } from '@/lib/tickets/schema'

interface Props {
  messages: MessageOutput[]
  timeZone: string
}

/** What was said, oldest first; notes are tinted, quotes are folded. */
export function Conversation({ messages, timeZone }: Props) {
  return (
    <ol className="grid grid-cols-[minmax(0,1fr)] gap-4" aria-label="Conversation">
      {messages.map((message) => (
        <li
          key={message.id}
          className={cn('rounded-lg border px-4 py-3', message.kind === 'note' ? 'border-warning/30 bg-note' : 'bg-raised')}
        >
          <header className="mb-2 flex flex-wrap items-center gap-2 text-sm">
            <Avatar name={message.author.name} />
            <span className="font-medium">{message.author.name}</span>
            {message.kind === 'note' && (
              <Badge className="text-warning">
                <Lock aria-hidden className="size-3" /> Internal note
              </Badge>
            )}
            {message.isStranger && (
              <Badge className="text-danger">
                <ShieldQuestion aria-hidden className="size-3" /> Unknown sender
              </Badge>
            )}
            {message.source === 'email' && <span className="text-muted">by mail</span>}
            <Time at={message.createdAt} timeZone={timeZone} className="ml-auto text-muted" />
          </header>
          <div dir="auto" className="text-[0.95em] wrap-anywhere whitespace-pre-wrap">
            {message.bodyText}
          </div>
          {message.quotedText && (
            <details className="mt-2 text-sm text-muted">
              <summary className="cursor-pointer">Quoted text</summary>
              <div dir="auto" className="mt-1 border-s-2 ps-3 wrap-anywhere whitespace-pre-wrap">
                {message.quotedText}
              </div>
            </details>
          )}
        </li>
      ))}
    </ol>
  )
}
