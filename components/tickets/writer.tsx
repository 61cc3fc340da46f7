'use client'

import { EyeOff, MessageCircleWarning } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useCallback, useEffect, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { UploadList } from '@/components/files/upload-list'
import { Button } from '@/components/ui/button'
import { LazyEditor } from '@/components/ui/editor-field'
import { FormError } from '@/components/ui/form-error'
import { AddresseeRow } from './addressee-row'
import { useCompany } from './live-ticket'
import { PendingReply } from './pending-reply'
import { SignatureBelow } from './signature-below'
import { useAnswers } from './use-answers'
import { useFindArticles } from './use-articles'
import { useTicketChoices } from './use-ticket-choices'
import { useWriting, type WriterProps } from './use-writing'
import { WritingTools } from './writing-tools'

/** Where one message is written: the editor, its files, and what sends it. */
export function Writer(props: WriterProps) {
  const t = useTranslations('tickets.composer')
  const { kind, ticket, isShown, stored, myName, waitingAt } = props
  const writing = useWriting(props)
  const { people, departments, want } = useTicketChoices()
  // Whoever writes a note may mention somebody.
  useEffect(() => {
    if (isShown && kind === 'note') want()
  }, [isShown, kind, want])
  const { sayTyping } = useCompany()
  const answers = useAnswers()
  const findArticles = useFindArticles()
  const resolves = ticket.abilities.moves.find((move) => move === 'resolved')
  const standIn = useRef<HTMLTextAreaElement | null>(null)
  const begin = useCallback((place: HTMLTextAreaElement | null) => {
    standIn.current = place
    place?.focus()
  }, [])
  const [isReady, setReady] = useState(false)
  const {
    draft,
    pending,
    uploads,
    add,
    remove,
    error,
    isCollision,
    canSend,
    obstacle,
    submit,
    takeBack,
    fill,
    answered,
    hiddenLinks,
    linksStop,
  } = writing
  // biome-ignore lint/correctness/useExhaustiveDependencies: each dropping once
  useEffect(() => {
    if (props.dropped.length > 0) add(props.dropped)
  }, [props.dropped])
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        if (event.defaultPrevented || event.dataTransfer.files.length === 0) return
        event.preventDefault()
        add([...event.dataTransfer.files])
      }}
    >
      {kind === 'reply' && (
        <AddresseeRow
          ticketId={ticket.id}
          usual={props.addressees}
          suppressed={props.suppressed}
          staff={props.participants.flatMap(({ email, name, isStaff }) => (isStaff && email ? [{ email, name }] : []))}
          mayOpenSuppressions={props.mayOpenSuppressions}
          unproven={ticket.firstResponseAt ? [] : props.participants.filter(({ isNamedByUnproven }) => isNamedByUnproven)}
          chosen={writing.chosen}
          onChange={writing.choose}
          errors={error?.fields ?? {}}
        />
      )}
      <div className="relative">
        {props.wish > 0 && !isReady && (
          // Whoever asked for the editor types at once: what they type is not to be taken for keys of the page.
          <textarea
            ref={begin}
            dir="auto"
            aria-label={t(`${kind}.placeholder`)}
            placeholder={t(`${kind}.placeholder`)}
            className="absolute inset-0 z-10 size-full resize-none bg-inherit px-3 py-2 outline-none"
          />
        )}
        <LazyEditor
          handle={writing.hold}
          onReady={() => {
            const { current } = standIn
            setReady(true)
            return { text: current?.value ?? '', isFocused: current !== null && document.activeElement === current }
          }}
          label={t(`${kind}.name`)}
          placeholder={t(`${kind}.placeholder`)}
          html={draft.restored ?? draft.html}
          key={draft.restored ? 'restored' : 'stored'}
          isInvalid={Boolean(error?.fields.bodyHtml ?? error?.fields.body)}
          onChange={(html, isEmpty) => {
            draft.change(html, isEmpty)
            if (kind === 'reply') sayTyping()
          }}
          onFiles={add}
          onSubmit={(isShift) => submit(isShift ? { status: resolves, goesOn: true } : {})}
          mentions={
            kind === 'note'
              ? [
                  ...people.map(({ id: personId, name }) => ({ id: `person:${personId}`, name })),
                  ...departments.map(({ id: teamId, name }) => ({ id: `team:${teamId}`, name, hint: t('everyone') })),
                ]
              : []
          }
          snippets={answers.responses.map(({ id: responseId, name, bodyHtml }) => ({ id: responseId, name, preview: bodyHtml }))}
          findArticles={findArticles}
          onSnippet={(responseId) => void fill(responseId)}
        />
      </div>
      {pending && waitingAt && createPortal(<PendingReply draft={pending} name={myName} onTakeBack={takeBack} />, waitingAt)}
      {answered && !isCollision && (
        <p role="status" className="px-3 pb-2 text-sm text-warning">
          <MessageCircleWarning aria-hidden className="me-1.5 inline size-4" />
          {t('answered', { name: answered })}
        </p>
      )}
      {hiddenLinks.length > 0 && (
        <div role="status" className="flex flex-wrap items-center gap-2 px-3 pb-2 text-sm text-warning">
          <EyeOff aria-hidden className="size-4" />
          <span className="min-w-0 flex-1">
            {hiddenLinks.map((title) => (
              <span key={title} className="block">
                {title ? t('articles.hidden', { title }) : t('articles.nowhere')}
              </span>
            ))}
          </span>
          {linksStop && (
            <Button size="small" disabled={!canSend} onClick={() => submit({ linksAnyway: true })}>
              {t('sendAnyway')}
            </Button>
          )}
        </div>
      )}
      {kind === 'reply' && isShown && <SignatureBelow ticketId={ticket.id} departmentId={ticket.department?.id ?? null} />}
      <UploadList uploads={uploads} onRemove={remove} />
      <WritingTools {...props} writing={writing} />
      {stored?.error && draft.state !== 'none' && (
        <div className="px-3 pb-3">
          <FormError>{t('notSent', { reason: stored.error })}</FormError>
        </div>
      )}
      {obstacle && (
        <div className="px-3 pb-3">
          <FormError>{t(obstacle === 'files' ? 'obstacle.files' : 'obstacle.recipients')}</FormError>
        </div>
      )}
      {error && (
        <div className="grid gap-2 px-3 pb-3">
          <FormError>{error.message}</FormError>
          {isCollision && kind === 'reply' && (
            <Button size="small" className="justify-self-start" disabled={!canSend} onClick={() => submit({ isSure: true })}>
              {t('sendAnyway')}
            </Button>
          )}
        </div>
      )}
    </form>
  )
}
