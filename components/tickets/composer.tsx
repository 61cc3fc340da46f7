'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import { cn } from '@/components/ui/cn'
import type { EditorHandle } from '@/components/ui/editor'
import { preloadEditor } from '@/components/ui/editor-field'
import { useKeys } from '@/components/ui/keys'
import { drawnOnDemand } from '@/components/ui/on-demand'
import type { DraftKind } from '@/lib/tickets/conversation/schema'
import { useWaitingPlace } from './conversation-pane'
import { isKeptHere } from './local-draft'
import type { WritingProps } from './use-writing'

const Writer = drawnOnDemand(async () => (await import('./writer')).Writer)

const nothing: File[] = []

/**
 * Reply to the requester, or note for the team. Each has its own draft: what
 * was meant for the team never turns up in a reply. One line until somebody writes.
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
  const [isOpen, setOpen] = useState(drafts.length > 0)
  // Begun in another tab or on another device.
  if (drafts.length > 0 && !isOpen) setOpen(true)
  /** Whether it was opened for a macro, which is then chosen first. */
  const [startsWithMacro, setStartsWithMacro] = useState(false)
  const [dropped, setDropped] = useState<File[]>(nothing)
  const waitingAt = useWaitingPlace()
  const editors = useRef<Partial<Record<DraftKind, EditorHandle>>>({})
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page is opened
  useEffect(() => {
    const [keepsReply, keepsNote] = [isKeptHere(ticket.id, me, 'reply'), isKeptHere(ticket.id, me, 'note')]
    if (keepsReply || keepsNote) setOpen(true)
    if (canNote && !replyDraft && !keepsReply && keepsNote) setKind('note')
  }, [])
  const open = (wanted: DraftKind, isAllowed: boolean) => {
    if (!isAllowed) return false
    // Beside the writer, not after it.
    preloadEditor()
    setKind(wanted)
    setOpen(true)
    setWish((before) => ({ ...before, [wanted]: before[wanted] + 1 }))
  }
  const openForMacro = () => {
    if (isOpen) return false
    setStartsWithMacro(true)
    return open(kind, true)
  }
  useKeys({ r: () => open('reply', canReply), n: () => open('note', canNote), m: openForMacro })
  if (!canReply && !canNote) return <p className="text-sm text-muted">{t('readOnly')}</p>
  return (
    <section
      aria-label={t('label')}
      onDragOver={(event) => !isOpen && event.preventDefault()}
      onDrop={(event) => {
        if (isOpen || event.dataTransfer.files.length === 0) return
        event.preventDefault()
        setDropped([...event.dataTransfer.files])
        open(kind, true)
      }}
      className={cn('rounded-lg border print:hidden', kind === 'note' ? 'border-warning/40 bg-note' : 'bg-raised')}
    >
      <div className={cn('flex gap-1 px-2', isOpen && 'border-b pt-2')}>
        <div
          role="tablist"
          aria-label={t('kind')}
          className="flex gap-1"
          onKeyDown={(event) => {
            if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
            const other = kind === 'note' ? 'reply' : 'note'
            if (other === 'note' ? !canNote : !canReply) return
            setKind(other)
            event.currentTarget.querySelector<HTMLElement>(`[data-kind=${other}]`)?.focus()
          }}
        >
          {(['reply', 'note'] as const).map((each) => (
            <Tab
              key={each}
              kind={each}
              isOn={isOpen && kind === each}
              isFirst={kind === each}
              isDisabled={!(each === 'note' ? canNote : canReply)}
              onClick={() => (isOpen ? setKind(each) : open(each, true))}
            />
          ))}
        </div>
        {isOpen && kind === 'note' && <span className="ms-auto self-center truncate px-2 text-xs text-muted">{t('teamOnly')}</span>}
        {!isOpen && (
          <button
            type="button"
            aria-keyshortcuts={kind === 'note' ? 'n' : 'r'}
            onClick={() => open(kind, true)}
            onFocus={preloadEditor}
            onPointerEnter={preloadEditor}
            className="min-w-0 flex-1 cursor-text truncate px-2 py-2.5 text-start text-muted"
          >
            {t(`${kind}.begin`)}
          </button>
        )}
      </div>
      {/* Both stay: what is half written in one is not read anew when one comes back to it. */}
      {(['reply', 'note'] as const).map(
        (each) =>
          isOpen &&
          (each === 'note' ? canNote : canReply) && (
            <div key={each} hidden={each !== kind}>
              <Writer
                {...props}
                kind={each}
                stored={each === 'note' ? noteDraft : replyDraft}
                wish={wish[each]}
                isShown={each === kind}
                startsWithMacro={startsWithMacro && each === kind}
                dropped={each === kind ? dropped : nothing}
                waitingAt={waitingAt}
                editors={editors.current}
                onKind={setKind}
                onFailed={() => setOpen(false)}
              />
            </div>
          ),
      )}
    </section>
  )
}

interface TabProps {
  kind: DraftKind
  isOn: boolean
  /** Where the Tab key goes. */
  isFirst: boolean
  isDisabled: boolean
  onClick: () => void
}

function Tab({ kind, isOn, isFirst, isDisabled, onClick }: TabProps) {
  const t = useTranslations('tickets.composer')
  return (
    <button
      type="button"
      role="tab"
      data-kind={kind}
      aria-selected={isOn}
      tabIndex={isFirst ? 0 : -1}
      disabled={isDisabled}
      onClick={onClick}
      className="border-b-2 border-transparent px-3 py-1.5 text-sm font-medium disabled:opacity-50 aria-selected:border-accent"
    >
      {t(`${kind}.name`)}
    </button>
  )
}
