'use client'

import { ThumbsDown, ThumbsUp } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useActionState } from 'react'
import { Button } from '@/components/ui/button'
import { Field, Textarea } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { longestFeedback, type VoteReason, voteReasons } from '@/lib/kb/readers/values'

export interface VoteState {
  isHelpful: boolean | null
  reason: VoteReason | null
  text: string
  /** Whether words were sent just now. */
  isSent: boolean
  message: string | null
}

interface Props {
  action: (before: VoteState, form: FormData) => Promise<VoteState>
  before: Pick<VoteState, 'isHelpful' | 'reason' | 'text'>
}

/** Whether an article helped, and if not, why. It can be answered again. Without JavaScript it is a form like any other. */
export function VoteForm({ action, before }: Props) {
  const t = useTranslations('articleVote')
  const [vote, send, isPending] = useActionState(action, { ...before, isSent: false, message: null })
  const { isHelpful, reason, text, isSent, message } = vote
  return (
    <section aria-labelledby="vote" className="mt-10 grid gap-3 border-t pt-6 print:hidden">
      <form action={send} className="flex flex-wrap items-center gap-2">
        <h2 id="vote" className="me-2 font-semibold">
          {t('title')}
        </h2>
        <Button type="submit" name="vote" value="yes" aria-pressed={isHelpful === true} className="aria-pressed:border-accent">
          <ThumbsUp aria-hidden /> {t('yes')}
        </Button>
        <Button type="submit" name="vote" value="no" aria-pressed={isHelpful === false} className="aria-pressed:border-accent">
          <ThumbsDown aria-hidden /> {t('no')}
        </Button>
      </form>
      <p role="status" className="text-sm text-muted empty:hidden">
        {isHelpful !== null && t(isSent ? 'sent' : isHelpful ? 'helped' : 'sorry')}
      </p>
      <FormError>{message}</FormError>
      {isHelpful === false && (
        <form key={`${reason} ${text}`} action={send} className="grid max-w-prose gap-3">
          <input type="hidden" name="vote" value="no" />
          <fieldset className="grid gap-2">
            <legend className="mb-2 text-sm font-medium">{t('why')}</legend>
            <div className="flex flex-wrap gap-2">
              {voteReasons.map((each) => (
                <label
                  key={each}
                  className="cursor-pointer rounded-full border bg-background px-3 py-1 text-sm has-checked:border-accent has-checked:font-medium has-focus-visible:outline-2 has-focus-visible:outline-offset-2"
                >
                  <input type="radio" name="reason" value={each} defaultChecked={each === reason} className="sr-only" />{' '}
                  {t(`reasons.${each}`)}
                </label>
              ))}
            </div>
          </fieldset>
          <Field label={t('text')} hint={t('textHint')}>
            {(control) => <Textarea {...control} name="text" dir="auto" rows={3} maxLength={longestFeedback} defaultValue={text} />}
          </Field>
          <Button type="submit" isPending={isPending} className="justify-self-start">
            {t('send')}
          </Button>
        </form>
      )}
    </section>
  )
}
