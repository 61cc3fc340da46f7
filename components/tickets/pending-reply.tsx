'use client'

import { Undo2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import { Files } from '@/components/files/files'
import { Button } from '@/components/ui/button'
import { Avatar } from '@/components/ui/layout'
import type { DraftOutput } from '@/lib/tickets/conversation/schema'
import { measure } from './message-body'

interface Props {
  draft: DraftOutput
  /** The writer's. */
  name: string
  onTakeBack: () => Promise<void>
}

/** A reply that was sent a moment ago, at the end of the conversation: until it is out it can be taken back. */
export function PendingReply({ draft, name, onTakeBack }: Props) {
  const t = useTranslations('tickets')
  const router = useRouter()
  const box = useRef<HTMLDivElement>(null)
  const sendAt = (draft.sendAt as Date).getTime()
  const [left, setLeft] = useState(() => Math.max(0, Math.ceil((sendAt - Date.now()) / 1000)))
  useEffect(() => {
    const timer = setInterval(() => {
      const rest = Math.ceil((sendAt - Date.now()) / 1000)
      setLeft(Math.max(0, rest))
      // Whoever sends it says so when it is out; should nobody say it, the page asks.
      if (rest < 0 && rest % 3 === 0) router.refresh()
    }, 1000)
    return () => clearInterval(timer)
  }, [sendAt, router])
  useEffect(() => {
    box.current?.scrollIntoView({ block: 'end' })
  }, [])
  return (
    <div ref={box} className="mt-4 rounded-lg border border-dashed bg-raised px-4 py-3">
      <div className="mb-2 flex flex-wrap items-center gap-2 text-sm">
        <Avatar name={name} />
        <bdi className="font-medium">{name}</bdi>
        <p role="status" className="ms-auto text-muted">
          {left > 0 ? t('composer.goesOut', { seconds: left }) : t('composer.onItsWay')}
        </p>
        {left > 0 && (
          <Button size="small" onClick={() => void onTakeBack()}>
            <Undo2 aria-hidden /> {t('undo')}
          </Button>
        )}
      </div>
      {/* biome-ignore lint/security/noDangerouslySetInnerHtml: cleaned by lib/core/html when it was stored */}
      <div dir="auto" className={`rich ${measure}`} dangerouslySetInnerHTML={{ __html: draft.bodyHtml }} />
      <Files files={draft.attachments} />
    </div>
  )
}
