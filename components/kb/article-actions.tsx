'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field, Input, Textarea } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { RowMenu } from '@/components/ui/row-menu'
import { useAction } from '@/components/ui/use-action'
import type { ArticleOutput } from '@/lib/kb/articles/schema'
import type { ArticleAction } from '@/lib/kb/articles/workflow'
import { api } from '@/lib/wiring/client'

interface Props {
  article: ArticleOutput
  at: () => { id: string; version: number }
  timeZone: string
  /** Saves what is not saved yet: what is done is done to what stands there. */
  beforeUse: () => Promise<boolean>
  onDone: (article: ArticleOutput) => void
}

type Plain = Exclude<ArticleAction, 'reject' | 'schedule'>
const calls: Record<Plain, (input: { id: string; version: number }) => Promise<ArticleOutput>> = {
  submit: (input) => api.kb.submitArticle(input),
  approve: (input) => api.kb.approveArticle(input),
  publish: (input) => api.kb.publishArticle(input),
  unschedule: (input) => api.kb.unscheduleArticle(input),
  unpublish: (input) => api.kb.unpublishArticle(input),
  archive: (input) => api.kb.archiveArticle(input),
  unarchive: (input) => api.kb.unarchiveArticle(input),
}

/** What leads further, the first of which there is. */
const main: readonly ArticleAction[] = ['approve', 'publish', 'submit', 'unarchive']

/** What can be done with an article now: the next step as a button, the rest behind the menu. */
export function ArticleActions(props: Props) {
  const { article, at, beforeUse, onDone } = props
  const t = useTranslations('kb.actions')
  const { run, isPending } = useAction((action: Plain) => calls[action](at()), { onDone: (now) => keep(now, onDone) })
  const use = async (action: Plain) => {
    if (await beforeUse()) await run(action)
  }
  const { actions } = article
  const next = main.find((action) => actions.includes(action))
  const others = actions.filter((action) => action !== next)
  return (
    <>
      {others.length > 0 && (
        <RowMenu
          of={article.title}
          isPending={isPending}
          actions={others.map((action) => ({
            name: t(action),
            isDangerous: action === 'archive',
            ...(action === 'reject' || action === 'schedule'
              ? {
                  dialog: (onClose: () => void) =>
                    action === 'reject' ? <Reject {...props} onClose={onClose} /> : <Schedule {...props} onClose={onClose} />,
                }
              : { onUse: () => use(action) }),
          }))}
        />
      )}
      {next && (
        <Button variant="primary" size="small" isPending={isPending} onClick={() => void use(next as Plain)}>
          {t(next)}
        </Button>
      )}
    </>
  )
}

/** The editor shows what it is now; nothing else of the page is old by that. */
function keep(now: ArticleOutput, onDone: Props['onDone']): false {
  onDone(now)
  return false
}

type DialogProps = Props & { onClose: () => void }

function Reject({ beforeUse, onDone, at, onClose }: DialogProps) {
  const t = useTranslations('kb.actions')
  const { run, error, isPending } = useAction((reason: string) => api.kb.rejectArticle({ ...at(), reason }), {
    isForm: true,
    onDone: (now) => keep(now, onDone),
  })
  return (
    <FormDialog
      title={t('reject')}
      says={t('rejectSays')}
      submit={t('reject')}
      error={error}
      isPending={isPending}
      onClose={onClose}
      onSubmit={async (form) => (await beforeUse()) && (await run(String(form.get('reason') ?? '')))}
    >
      <Field label={t('reason')} errors={error?.fields.reason}>
        {(control) => <Textarea {...control} name="reason" rows={4} maxLength={1000} dir="auto" required autoFocus />}
      </Field>
    </FormDialog>
  )
}

function Schedule({ timeZone, beforeUse, onDone, at, onClose }: DialogProps) {
  const t = useTranslations('kb.actions')
  const [time, setTime] = useState('')
  const { run, error, isPending } = useAction((wanted: string) => api.kb.scheduleArticle({ ...at(), at: wanted, timeZone }), {
    isForm: true,
    onDone: (now) => keep(now, onDone),
  })
  return (
    <FormDialog
      title={t('schedule')}
      submit={t('schedule')}
      error={error}
      isPending={isPending}
      isDisabled={time === ''}
      onClose={onClose}
      onSubmit={async () => (await beforeUse()) && (await run(time.slice(0, 16)))}
    >
      <Field label={t('at')} hint={t('zone', { zone: timeZone })} errors={error?.fields.at}>
        {(control) => (
          <Input {...control} type="datetime-local" value={time} onChange={(event) => setTime(event.target.value)} required autoFocus />
        )}
      </Field>
    </FormDialog>
  )
}
