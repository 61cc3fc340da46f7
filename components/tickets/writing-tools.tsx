'use client'

import { ChevronDown, Paperclip, Sparkles } from 'lucide-react'
import { useRef } from 'react'
import { Button } from '@/components/ui/button'
import { Choice } from '@/components/ui/choice'
import { cn } from '@/components/ui/cn'
import type { TicketStatus } from '@/lib/tickets/ticket/workflow'
import { statusNames } from './labels'
import { kinds } from './message-kinds'
import { useAnswers } from './use-answers'
import type { DraftState } from './use-server-draft'
import type { WriterProps, Writing } from './use-writing'

const says: Record<DraftState, string> = {
  none: '',
  saving: 'Saving draft…',
  saved: 'Draft saved',
  local: 'Draft kept on this device; the server is away',
  elsewhere: 'You wrote on this on another device.',
}

/** Below the editor: send, send and set the status, files, macros, and what became of the draft. */
export function WritingTools({ ticket, kind, isShown, writing }: WriterProps & { writing: Writing }) {
  const { draft, add, isPending, canSend, submit, showTheirs, macro } = writing
  const answers = useAnswers()
  const picker = useRef<HTMLInputElement>(null)
  const settings = ticket.abilities.moves.filter((move) => move === 'resolved' || move === 'in_progress')
  return (
    <div className="flex flex-wrap items-center gap-2 px-3 pb-3">
      <span className="flex">
        <Button
          type="submit"
          variant="primary"
          isPending={isPending}
          disabled={!canSend}
          className={cn(kind === 'reply' && settings.length > 0 && 'rounded-r-none')}
        >
          {kinds[kind].send}
        </Button>
        {kind === 'reply' && settings.length > 0 && (
          <Choice
            label="Send and set status"
            side="top"
            value=""
            isDisabled={!canSend}
            options={settings.map((status) => ({ value: status, name: `Send, then ${statusNames[status].toLowerCase()}` }))}
            onChoose={(status) => submit(status as TicketStatus)}
            trigger={<ChevronDown aria-label="Send and set status" />}
            className="h-9 rounded-l-none border-l border-l-on-accent/30 bg-accent px-1.5 text-on-accent hover:bg-accent hover:brightness-110"
          />
        )}
      </span>
      <Button size="small" variant="ghost" aria-label="Attach files" title="Attach files" onClick={() => picker.current?.click()}>
        <Paperclip aria-hidden />
      </Button>
      <input
        ref={picker}
        type="file"
        multiple
        aria-label={kinds[kind].files}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          add([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
      {answers.macros.length > 0 && (
        <Choice
          label="Macro"
          shortcut={isShown ? 'm' : undefined}
          side="top"
          value=""
          options={answers.macros.map(({ id: macroId, name }) => ({ value: macroId, name }))}
          onChoose={(macroId) => void macro.run({ id: ticket.id, macroId })}
          trigger={
            <>
              <Sparkles aria-hidden /> Macro
            </>
          }
        />
      )}
      <span role="status" className="text-xs text-muted">
        {says[draft.state]}
      </span>
      {draft.state === 'elsewhere' && (
        <>
          <Button size="small" onClick={() => void showTheirs()}>
            Show that
          </Button>
          <Button size="small" onClick={() => void draft.overrule()}>
            Keep this
          </Button>
        </>
      )}
      {draft.state === 'none' && <span className="hidden text-xs text-muted sm:inline">r reply · n note · Ctrl Enter sends</span>}
    </div>
  )
}
