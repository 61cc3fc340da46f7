'use client'

import { Undo2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { Button } from '@/components/ui/button'
import type { DraftOutput } from '@/lib/tickets/conversation/schema'

/** A reply that was sent a moment ago: until it is out it can be taken back. */
export function PendingReply({ draft, onTakeBack }: { draft: DraftOutput; onTakeBack: () => Promise<void> }) {
  const t = useTranslations('tickets')
  const router = useRouter()
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
  return (
    <div className="flex items-center gap-3 p-3">
      <p role="status" className="me-auto text-sm">
        {left > 0 ? t('composer.goesOut', { seconds: left }) : t('composer.onItsWay')}
      </p>
      {left > 0 && (
        <Button size="small" onClick={() => void onTakeBack()}>
          <Undo2 aria-hidden /> {t('undo')}
        </Button>
      )}
    </div>
  )
}
