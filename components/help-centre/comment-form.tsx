'use client'

import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { Field, Textarea } from '@/components/ui/field'
import { longestComment } from '@/lib/kb/readers/values'

export interface CommentState {
  text: string
  isSent: boolean
  errors: string[]
}

/** A comment on an article. Without JavaScript it is a form like any other. */
export function CommentForm({ action }: { action: (before: CommentState, form: FormData) => Promise<CommentState> }) {
  const t = useTranslations('articleComments')
  const [{ text, isSent, errors }, send, isPending] = useActionState(action, { text: '', isSent: false, errors: [] })
  return (
    <form action={send} className="grid max-w-prose gap-3">
      <Field label={t('write')} hint={t('hint')} errors={errors}>
        {(control) => <Textarea {...control} name="text" dir="auto" rows={3} required maxLength={longestComment} defaultValue={text} />}
      </Field>
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" isPending={isPending}>
          {t('send')}
        </Button>
        <p role="status" className="text-sm text-muted">
          {isSent && t('sent')}
        </p>
      </div>
    </form>
  )
}
