'use client'

import { Undo2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { ChoiceField } from '@/components/ui/choice-field'
import { Field } from '@/components/ui/field'
import { GuardedForm } from '@/components/ui/guarded-form'
import { Card } from '@/components/ui/layout'
import { useAction } from '@/components/ui/use-action'
import { type DeletionKind, keptDays } from '@/lib/deletion/schema'
import { api } from '@/lib/wiring/client'
import type { WorkspaceOutput } from '@/lib/workspace/schema'

const restores: Record<DeletionKind, (input: { id: string }) => Promise<unknown>> = {
  ticket: (input) => api.tickets.restore(input),
  contact: (input) => api.contacts.restore(input),
  organisation: (input) => api.organisations.restore(input),
  person: (input) => api.people.restore(input),
  role: (input) => api.roles.restore(input),
  department: (input) => api.departments.restore(input),
  category: (input) => api.categories.restore(input),
  sla_policy: (input) => api.sla.restore(input),
  calendar: (input) => api.calendars.restore(input),
  field: (input) => api.fields.restore(input),
  canned_response: (input) => api.cannedResponses.restore(input),
  macro: (input) => api.macros.restore(input),
  view: (input) => api.views.restore(input),
  hook: (input) => api.notifications.restoreHook(input),
  mailbox: api.mailboxes.restore,
  kb_category: (input) => api.kb.restoreCategory(input),
  kb_article: (input) => api.kb.restoreArticle(input),
}

export function Restore({ kind, id, name }: { kind: DeletionKind; id: string; name: string }) {
  const t = useTranslations('settings.deletions')
  const { run, isPending } = useAction(restores[kind], { success: t('restored', { name }) })
  return (
    <Button size="small" isPending={isPending} onClick={() => void run({ id })} aria-label={t('restoreNamed', { name })}>
      <Undo2 aria-hidden /> {t('restore')}
    </Button>
  )
}

/** How long the workspace keeps what was deleted. */
export function Retention({ workspace }: { workspace: WorkspaceOutput }) {
  const common = useTranslations('common')
  const t = useTranslations('settings.deletions')
  const { run, error, isPending } = useAction(api.business.update, { isForm: true, success: common('saved') })
  return (
    <Card className="mb-4 p-5">
      <GuardedForm
        className="grid max-w-xl justify-items-start gap-3"
        onSubmit={(form) => {
          const deletedDays = keptDays.find((days) => String(days) === form.get('deletedDays')) ?? null
          return run({ id: workspace.id, version: workspace.version, deletedDays })
        }}
      >
        <Field label={t('keep')} hint={t('keepHint')} errors={error ? (error.fields.deletedDays ?? [error.message]) : undefined}>
          {(control) => (
            <ChoiceField
              {...control}
              name="deletedDays"
              defaultValue={String(workspace.deletedDays ?? '')}
              label={t('keep')}
              options={[{ value: '', name: t('always') }, ...keptDays.map((days) => ({ value: String(days), name: t('days', { days }) }))]}
            />
          )}
        </Field>
        <Button type="submit" variant="primary" isPending={isPending}>
          {common('save')}
        </Button>
      </GuardedForm>
    </Card>
  )
}
