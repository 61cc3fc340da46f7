import { Paperclip } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type FormEvent, useEffect, useRef, useState } from 'react'

import { pastedFiles } from '@/components/files/drop-zone'
import { UploadList } from '@/components/files/upload-list'
import { useUploads } from '@/components/files/use-uploads'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Dialog } from '@/components/ui/dialog'
import { Checkbox, Field, Input, Textarea } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { Link } from '@/components/ui/link'
import { toast } from '@/components/ui/toast'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/wiring/client'
import { closeNewTicket, openNewTicket } from './address'
import { emptyDraft, type FirstMessage, isWorthKeeping, keepDraft, type NewTicketDraft, readDraft } from './draft'
import { NewTicketProperties, useAskedFields } from './properties'
import { RequesterField } from './requester-field'

export interface NewTicketProps {
  me: { id: string; name: string }
  timeZone: string
  permissions: readonly string[]
  undoSeconds: number
}

const firstMessages: readonly FirstMessage[] = ['request', 'mail', 'note']

/** The ticket that is being sent: the dialog may be closed and opened again meanwhile. */
let underWay: Promise<boolean> | null = null

/** A ticket that staff create: for whom, about what, what is said first, and where it goes. What is typed stays until it is sent or discarded. */
export function NewTicketDialog({ me, timeZone, permissions, undoSeconds }: NewTicketProps) {
  const t = useTranslations('tickets.new')
  const all = useTranslations('tickets')
  const ui = useTranslations('ui')
  const [draft, setDraft] = useState(() => readDraft(me.id))
  const change = (to: Partial<NewTicketDraft>) => setDraft((before) => ({ ...before, ...to }))
  const isSent = useRef(false)
  useEffect(() => {
    if (!isSent.current) keepDraft(me.id, isWorthKeeping(draft) ? draft : null)
  }, [draft, me.id])
  const uploads = useUploads({ initial: draft.files, onChange: (files) => change({ files }) })
  const picker = useRef<HTMLInputElement>(null)
  const asked = useAskedFields(draft)
  const [isUnderWay, setUnderWay] = useState(underWay !== null)
  const isShown = useRef(false)
  useEffect(() => {
    isShown.current = true
    void underWay?.then(() => setUnderWay(false))
    return () => {
      isShown.current = false
    }
  }, [])
  const takeBack = useAction(api.tickets.undoCreation, {
    success: t('takenBack'),
    onDone() {
      // What was begun meanwhile stays.
      if (!isWorthKeeping(readDraft(me.id))) keepDraft(me.id, draft)
      openNewTicket()
    },
  })
  const { run, error, isPending } = useAction(api.tickets.create, {
    isForm: true,
    onDone({ id, number }) {
      isSent.current = true
      keepDraft(me.id, null)
      const says = t.rich('created', {
        number,
        link: (chunks) => (
          <Link href={`/agent/tickets/${id}`} className="text-link underline">
            {chunks}
          </Link>
        ),
      })
      const undo = { label: all('undo'), onClick: () => void takeBack.run({ id }) }
      toast.success(says, undoSeconds > 0 ? { duration: undoSeconds * 1000, action: undo } : {})
      closeNewTicket()
    },
    onFailed({ message }) {
      // It was closed meanwhile; what was typed is kept.
      if (!isShown.current)
        toast.error(t('notCreated', { problem: message }), { duration: 60_000, action: { label: t('openAgain'), onClick: openNewTicket } })
    },
  })
  const [problem, setProblem] = useState<string | null>(null)
  async function send(event: FormEvent) {
    event.preventDefault()
    if (isPending || underWay) return
    setProblem(null)
    if (uploads.isPending) return setProblem(t('filesPending'))
    const requester = requesterIn(draft)
    const { title, message, firstMessage, priority, departmentId, categoryId, assigneeId, source, acknowledge } = draft
    const names = asked.map(({ key }) => key)
    const sent = run({
      title,
      description: message,
      attachmentIds: uploads.ids,
      ...requester,
      firstMessage,
      ...(firstMessage === 'request' ? { source, acknowledge } : {}),
      ...(priority ? { priority } : {}),
      ...(departmentId ? { departmentId } : {}),
      ...(categoryId ? { categoryId } : {}),
      ...(assigneeId ? { assigneeId } : {}),
      tags: draft.tags,
      ...Object.fromEntries(Object.entries(draft.details).filter(([, value]) => value !== null)),
      fields: Object.fromEntries(Object.entries(draft.fields).filter(([key]) => names.includes(key))),
    })
    underWay = sent
    await sent
    underWay = null
  }
  const fields = error?.fields ?? {}
  return (
    <Dialog title={t('title')} isOpen isWide onOpenChange={closeNewTicket}>
      <form
        className="grid gap-4"
        noValidate
        inert={isUnderWay}
        onSubmit={send}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
          event.preventDefault()
          const { currentTarget: form } = event
          // A field that takes what is typed when it is left takes it first.
          const field = document.activeElement
          if (field instanceof HTMLElement) {
            field.blur()
            field.focus()
          }
          setTimeout(() => form.requestSubmit())
        }}
        onPaste={(event) => {
          const files = pastedFiles(event)
          if (files.length === 0) return
          event.preventDefault()
          uploads.add(files)
        }}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          if (event.dataTransfer.files.length === 0) return
          event.preventDefault()
          uploads.add([...event.dataTransfer.files])
        }}
      >
        <FormError>{problem ?? error?.message}</FormError>
        <div className="grid gap-x-6 gap-y-4 md:grid-cols-[minmax(0,1fr)_17rem]">
          <div className="grid grid-cols-[minmax(0,1fr)] content-start gap-4">
            <RequesterField
              value={draft.requester}
              onChange={(requester) => change({ requester })}
              mayFind={permissions.includes('contact.view')}
              errors={fields}
            />
            <Field label={all('attributes.title')} errors={fields.title}>
              {(control) => (
                <Input
                  {...control}
                  dir="auto"
                  maxLength={200}
                  value={draft.title}
                  onChange={({ target }) => change({ title: target.value })}
                />
              )}
            </Field>
            <fieldset className="grid gap-1.5">
              <legend className="sr-only">{t('firstMessage')}</legend>
              <div className="flex flex-wrap gap-1">
                {firstMessages.map((each) => (
                  <label
                    key={each}
                    className={cn(
                      'cursor-pointer rounded-md border px-2.5 py-1 text-sm has-focus-visible:outline-2 has-focus-visible:outline-link',
                      draft.firstMessage === each ? 'border-link font-medium text-link' : 'text-muted',
                    )}
                  >
                    <input
                      type="radio"
                      name="firstMessage"
                      className="sr-only"
                      checked={draft.firstMessage === each}
                      onChange={() => change({ firstMessage: each })}
                    />
                    {t(`kinds.${each}`)}
                  </label>
                ))}
              </div>
              <Field label={t(`labels.${draft.firstMessage}`)} hint={t(`hints.${draft.firstMessage}`)} errors={fields.description}>
                {(control) => (
                  <Textarea
                    {...control}
                    dir="auto"
                    rows={6}
                    value={draft.message}
                    onChange={({ target }) => change({ message: target.value })}
                    className={draft.firstMessage === 'note' ? 'bg-note' : undefined}
                  />
                )}
              </Field>
            </fieldset>
            <UploadList uploads={uploads.uploads} onRemove={uploads.remove} />
            {draft.firstMessage === 'request' && (
              <Checkbox
                label={t('acknowledge')}
                checked={draft.acknowledge}
                onChange={({ target }) => change({ acknowledge: target.checked })}
              />
            )}
          </div>
          <NewTicketProperties
            draft={draft}
            onChange={change}
            me={me}
            timeZone={timeZone}
            mayAssign={permissions.includes('ticket.assign')}
            errors={fields}
          />
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <Button type="submit" variant="primary" isPending={isPending || isUnderWay} title={t('submitKeys')}>
            {t('submit')}
          </Button>
          <Button onClick={closeNewTicket}>{ui('cancel')}</Button>
          <Button variant="ghost" onClick={() => picker.current?.click()}>
            <Paperclip aria-hidden /> {t('attach')}
          </Button>
          <input
            ref={picker}
            type="file"
            multiple
            aria-label={t('files')}
            className="sr-only"
            tabIndex={-1}
            onChange={(event) => {
              uploads.add([...(event.target.files ?? [])])
              event.target.value = ''
            }}
          />
          {isWorthKeeping(draft) && (
            <span className="ms-auto flex flex-wrap items-center gap-2 text-xs text-muted">
              {t('kept')}
              <Button
                size="small"
                variant="ghost"
                onClick={() => {
                  for (const { key } of uploads.uploads) uploads.remove(key)
                  setDraft(emptyDraft)
                }}
              >
                {ui('discard')}
              </Button>
            </span>
          )}
        </div>
      </form>
    </Dialog>
  )
}

/** As the procedure takes it; nothing where nobody is chosen, which it says itself. */
function requesterIn({ requester }: NewTicketDraft) {
  if (requester?.kind === 'known') return { requesterId: requester.id }
  return { requester: { name: requester?.name ?? '', email: requester?.email ?? '' } }
}
