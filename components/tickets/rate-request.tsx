'use client'

import { Angry, Frown, Laugh, Meh, Smile } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field, Textarea } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { useAction } from '@/components/ui/use-action'
import { maxRatingComment, type Rating, ratings } from '@/lib/tickets/ticket/attribute'
import type { TicketOutput } from '@/lib/tickets/ticket/schema'
import { api } from '@/lib/wiring/client'

const faces: Record<Rating, typeof Smile> = { very_bad: Angry, bad: Frown, okay: Meh, good: Smile, very_good: Laugh }

/**
 * Requesters say with one press how their request was answered, and then why if they like. What they are writing stays where the
 * request is reopened meanwhile: it can be sent once it is resolved again.
 */
export function RateRequest({ ticket: { id, rating, ratingComment, abilities } }: { ticket: TicketOutput }) {
  const t = useTranslations('portal.rating')
  const names = useTranslations('tickets.choices.rating')
  const rate = useAction(api.tickets.rate, { success: t('thanks') })
  const comment = useAction(api.tickets.rate, { isForm: true, success: t('saved') })
  const [chosen, choose] = useState(rating)
  const [written, write] = useState<string | null>(null)
  /** What the server knows, once it has answered: one choice after the other, so that the last one holds. */
  const known = useRef(Promise.resolve(rating))
  function choice(each: Rating) {
    choose(each)
    known.current = known.current.then(async (before) => {
      if (await rate.run({ id, rating: each })) return each
      choose(before)
      return before
    })
  }
  const text = written ?? ratingComment ?? ''
  const isWriting = written !== null && written.trim() !== (ratingComment ?? '')
  if (!abilities.rate && !isWriting) return null
  return (
    <section aria-labelledby="rating" className="grid justify-items-start gap-3 rounded-md border bg-surface px-4 py-3 print:hidden">
      <div>
        <h2 id="rating" className="font-medium">
          {t('title')}
        </h2>
        <p aria-live="polite" className="text-sm text-muted">
          {t(abilities.rate ? 'says' : 'reopened')}
        </p>
      </div>
      <fieldset disabled={!abilities.rate} className="flex flex-wrap gap-2 disabled:opacity-60">
        <legend className="sr-only">{t('title')}</legend>
        {ratings.map((each) => {
          const Face = faces[each]
          return (
            <label
              key={each}
              className="flex cursor-pointer items-center gap-1.5 rounded-md border bg-background px-3 py-1.5 text-sm has-checked:border-accent has-checked:font-medium has-focus-visible:outline-2 has-focus-visible:outline-offset-2"
            >
              <input type="radio" name="rating" value={each} checked={chosen === each} onChange={() => choice(each)} className="sr-only" />
              <Face aria-hidden className="size-4" />
              {names(each)}
            </label>
          )
        })}
      </fieldset>
      {chosen && (
        <form
          className="grid w-full max-w-prose gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            if (abilities.rate) void comment.run({ id, rating: chosen, comment: text.trim() || null })
          }}
        >
          <Field label={t('comment')} hint={t('commentHint')} errors={comment.error?.fields.comment}>
            {(control) => (
              <Textarea
                {...control}
                name="comment"
                rows={2}
                maxLength={maxRatingComment}
                value={text}
                onChange={(event) => write(event.target.value)}
                className="min-h-16"
              />
            )}
          </Field>
          <Button type="submit" size="small" className="justify-self-start" disabled={comment.isPending || !abilities.rate}>
            {t('save')}
          </Button>
          <FormError>{comment.error?.message}</FormError>
        </form>
      )}
    </section>
  )
}
