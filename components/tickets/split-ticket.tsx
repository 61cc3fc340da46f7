'use client'

import { useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Field, Input } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Time } from '@/components/ui/time'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/wiring/client'

interface Props {
  id: string
  timeZone: string
  onClose: () => void
}

/** Asks which messages become a ticket of their own. */
export function SplitTicket({ id, timeZone, onClose }: Props) {
  const t = useTranslations('tickets.message')
  const router = useRouter()
  const { data } = useQuery({ queryKey: ['split', id], queryFn: () => api.tickets.messages({ id }), staleTime: 0, retry: false })
  const split = useAction(api.tickets.split, {
    isForm: true,
    success: t('splitDone'),
    onDone(made) {
      router.push(`/agent/tickets/${made.id}`)
      return false
    },
  })
  const offered = (data?.items ?? []).filter(({ kind, isStranger }) => kind === 'reply' || (kind === 'note' && isStranger)).reverse()
  const [isNone, setNone] = useState(false)
  const problem = isNone ? t('splitChoose') : split.error?.fields.messageId?.join(' ')
  return (
    <FormDialog
      title={t('splitTitle')}
      says={t('splitSaysMany')}
      submit={t('split')}
      error={split.error}
      isPending={split.isPending}
      onSubmit={async (form) => {
        const [messageId, ...messageIds] = form.getAll('messageId').map(String)
        setNone(messageId === undefined)
        return messageId === undefined ? false : split.run({ id, messageId, messageIds, title: String(form.get('title') ?? '') })
      }}
      onClose={onClose}
    >
      {data && offered.length === 0 ? (
        <p className="text-sm text-muted">{t('splitNone')}</p>
      ) : (
        <fieldset className="grid max-h-64 gap-1 overflow-y-auto">
          <legend className="mb-1.5 text-sm font-medium">{t('splitMessage')}</legend>
          {offered.map((message, place) => (
            <label key={message.id} className="flex items-start gap-2 rounded-md border p-2 text-sm has-checked:border-link">
              <input
                type="checkbox"
                name="messageId"
                value={message.id}
                defaultChecked={place === 0}
                className="mt-0.5 size-4 shrink-0 accent-accent"
              />
              <span className="min-w-0 flex-1">
                <span className="flex gap-2 text-muted">
                  <bdi className="min-w-0 flex-1 truncate">{message.author.name}</bdi>
                  <Time at={message.createdAt} timeZone={timeZone} />
                </span>
                <span dir="auto" className="line-clamp-2 wrap-anywhere">
                  {message.bodyText}
                </span>
              </span>
            </label>
          ))}
        </fieldset>
      )}
      {problem && (
        <p role="alert" className="text-sm text-danger">
          {problem}
        </p>
      )}
      <Field label={t('newTitle')} errors={split.error?.fields.title}>
        {(control) => <Input {...control} name="title" dir="auto" maxLength={200} required />}
      </Field>
    </FormDialog>
  )
}
