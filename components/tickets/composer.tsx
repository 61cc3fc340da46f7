'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import { cn } from '@/components/ui/cn'
import type { EditorHandle } from '@/components/ui/editor'
import { useKeys } from '@/components/ui/keys'
import type { DraftKind } from '@/lib/tickets/conversation/schema'
import { useWaitingPlace } from './conversation-pane'
import { isKeptHere } from './use-server-draft'
import type { WritingProps } from './use-writing'
import { Writer } from './writer'

/**
 * Reply to the requester, or note for the team. Each has its own draft: what
 * was meant for the team never turns up in a reply.
 */
export function Composer(props: WritingProps) {
  const t = useTranslations('tickets.composer')
  const { ticket, drafts, me } = props
  const { reply: canReply, note: canNote } = ticket.abilities
  const noteDraft = drafts.find((draft) => draft.kind === 'note')
  const replyDraft = drafts.find((draft) => draft.kind === 'reply')
  // A note left unfinished is what one comes back to.
  const [kind, setKind] = useState<DraftKind>(!canReply || (canNote && noteDraft && !replyDraft) ? 'note' : 'reply')
  const [wish, setWish] = useState({ reply: 0, note: 0 })
  const waitingAt = useWaitingPlace()
  const editors = useRef<Partial<Record<DraftKind, EditorHandle>>>({})
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page is opened
  useEffect(() => {
    if (canNote && !replyDraft && !isKeptHere(ticket.id, me, 'reply') && isKeptHere(ticket.id, me, 'note')) setKind('note')
  }, [])
  const open = (wanted: DraftKind, isAllowed: boolean) => {
    if (!isAllowed) return false
    setKind(wanted)
    setWish((before) => ({ ...before, [wanted]: before[wanted] + 1 }))
  }
  useKeys({ r: () => open('reply', canReply), n: () => open('note', canNote) })
  if (!canReply && !canNote) return <p className="text-sm text-muted">{t('readOnly')}</p>
  return (
    <section
      aria-label={t('label')}
      className={cn('rounded-lg border print:hidden', kind === 'note' ? 'border-warning/40 bg-note' : 'bg-raised')}
    >
      <div
        role="tablist"
        aria-label={t('kind')}
        className="flex gap-1 border-b px-2 pt-2"
        onKeyDown={(event) => {
          if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
          const other = kind === 'note' ? 'reply' : 'note'
          if (other === 'note' ? !canNote : !canReply) return
          setKind(other)
          event.currentTarget.querySelector<HTMLElement>(`[data-kind=${other}]`)?.focus()
        }}
      >
        <Tab kind="reply" isOn={kind === 'reply'} isDisabled={!canReply} onClick={() => setKind('reply')} />
        <Tab kind="note" isOn={kind === 'note'} isDisabled={!canNote} onClick={() => setKind('note')} />
        {kind === 'note' && <span className="ms-auto self-center truncate px-2 text-xs text-muted">{t('teamOnly')}</span>}
      </div>
      {/* Both stay: what is half written in one is not read anew when one comes back to it. */}
      {(['reply', 'note'] as const).map(
        (each) =>
          (each === 'note' ? canNote : canReply) && (
            <div key={each} hidden={each !== kind}>
              <Writer
                {...props}
                kind={each}
                stored={each === 'note' ? noteDraft : replyDraft}
                wish={wish[each]}
                isShown={each === kind}
                waitingAt={waitingAt}
                editors={editors.current}
                onKind={setKind}
              />
            </div>
          ),
      )}
    </section>
  )
}

function Tab({ kind, isOn, isDisabled, onClick }: { kind: DraftKind; isOn: boolean; isDisabled: boolean; onClick: () => void }) {
  const t = useTranslations('tickets.composer')
  return (
    <button
      type="button"
      role="tab"
      data-kind={kind}
      aria-selected={isOn}
      tabIndex={isOn ? 0 : -1}
      disabled={isDisabled}
      onClick={onClick}
      className="border-b-2 border-transparent px-3 py-1.5 text-sm font-medium disabled:opacity-50 aria-selected:border-accent"
    >
      {t(`${kind}.name`)}
    </button>
  )
}
