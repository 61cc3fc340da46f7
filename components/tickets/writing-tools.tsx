'use client'

import { ChevronDown, Paperclip, Sparkles } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useRef } from 'react'
import { Button } from '@/components/ui/button'
import { Choice } from '@/components/ui/choice'
import { cn } from '@/components/ui/cn'
import { signInAgain } from '@/components/ui/use-action'
import type { TicketStatus } from '@/lib/tickets/ticket/workflow'
import { useAnswers } from './use-answers'
import type { WriterProps, Writing } from './use-writing'

/** Below the editor: send, send and set the status, files, macros, and what became of the draft. */
export function WritingTools({ ticket, kind, isShown, startsWithMacro, writing }: WriterProps & { writing: Writing }) {
  const t = useTranslations('tickets.composer')
  const ui = useTranslations('ui')
  const { draft, pending, add, isPending, canSend, submit, showTheirs, macro } = writing
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
          className={cn(kind === 'reply' && settings.length > 0 && 'rounded-e-none')}
        >
          {t(`${kind}.send`)}
        </Button>
        {kind === 'reply' && settings.length > 0 && (
          <Choice
            label={t('sendAndSet')}
            side="top"
            value=""
            isDisabled={!canSend}
            options={settings.map((status) => ({ value: status, name: t('sendThen', { status }) }))}
            onChoose={(status) => submit({ status: status as TicketStatus, goesOn: status === 'resolved' })}
            trigger={<ChevronDown aria-label={t('sendAndSet')} />}
            className="h-9 rounded-s-none border-s border-s-on-accent/30 bg-accent px-1.5 text-on-accent hover:bg-accent hover:brightness-110"
          />
        )}
      </span>
      <Button size="small" variant="ghost" aria-label={t('attach')} title={t('attach')} onClick={() => picker.current?.click()}>
        <Paperclip aria-hidden />
      </Button>
      <input
        ref={picker}
        type="file"
        multiple
        aria-label={t(`${kind}.files`)}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          add([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
      {(answers.macros.length > 0 || startsWithMacro) && (
        <Choice
          label={t('macroName')}
          shortcut={isShown ? 'm' : undefined}
          startsOpen={startsWithMacro}
          side="top"
          value=""
          options={answers.macros.map(({ id: macroId, name }) => ({ value: macroId, name }))}
          onChoose={(macroId) => void macro.run({ id: ticket.id, macroId })}
          trigger={
            <>
              <Sparkles aria-hidden /> {t('macroName')}
            </>
          }
        />
      )}
      <span role="status" className="text-xs text-muted">
        {pending && !draft.isEmpty ? t('afterThis') : draft.state !== 'none' && t(`draft.${draft.state}`)}
      </span>
      {draft.state === 'signedOut' && (
        <Button size="small" onClick={signInAgain(ui('signIn')).onClick}>
          {ui('signIn')}
        </Button>
      )}
      {draft.state === 'elsewhere' && (
        <>
          <Button size="small" onClick={() => void showTheirs()}>
            {t('showTheirs')}
          </Button>
          <Button size="small" onClick={() => void draft.overrule()}>
            {t('keepMine')}
          </Button>
        </>
      )}
      {draft.state === 'none' && <span className="hidden text-xs text-muted sm:inline">{t('keys')}</span>}
    </div>
  )
}
