'use client'

import { Pencil, Plus, Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Checkbox, Field, Input, Textarea } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { useAction } from '@/components/ui/use-action'
import type { OrganisationOutput, Tier } from '@/lib/contacts/schema'
import { api } from '@/lib/wiring/client'
import { list, TierField, text, under } from './form-parts'

/** Makes an organisation, or changes one. */
export function EditOrganisation({ organisation }: { organisation?: OrganisationOutput }) {
  const common = useTranslations('common')
  const contact = useTranslations('contacts.contact')
  const t = useTranslations('contacts.organisation')
  const router = useRouter()
  const create = useAction(api.organisations.create, {
    isForm: true,
    success: common('saved'),
    onDone: ({ id }) => router.push(`/agent/organisations/${id}`),
  })
  const update = useAction(api.organisations.update, { isForm: true, success: common('saved') })
  const remove = useAction(api.organisations.delete, {
    undo: ({ id }) => api.organisations.restore({ id }),
    success: t('deleted'),
    onDone() {
      router.push('/agent/contacts?of=organisations')
      return false
    },
  })
  const { error, isPending } = organisation ? update : create
  return (
    <span className="flex gap-2">
      <FormDialog
        icon={organisation ? Pencil : Plus}
        trigger={organisation ? common('edit') : t('new')}
        triggerVariant={organisation ? undefined : 'primary'}
        triggerSize="small"
        title={organisation ? organisation.name : t('new')}
        submit={common('save')}
        error={error}
        isPending={isPending}
        onSubmit={(form) => {
          const given = {
            name: text(form, 'name'),
            domains: list(form, 'domains'),
            tier: (text(form, 'tier') || null) as Tier | null,
            notes: text(form, 'notes'),
            sharesTickets: form.get('sharesTickets') !== null,
          }
          return organisation ? update.run({ id: organisation.id, version: organisation.version, ...given }) : create.run(given)
        }}
      >
        <Field label={common('name')} errors={error?.fields.name}>
          {(control) => <Input {...control} name="name" dir="auto" maxLength={120} defaultValue={organisation?.name} required />}
        </Field>
        <Field label={t('domains')} hint={t('domainsHint')} errors={under(error?.fields, 'domains')}>
          {(control) => (
            <Textarea
              {...control}
              name="domains"
              rows={2}
              className="min-h-16"
              placeholder="example.com"
              defaultValue={organisation?.domains.join('\n')}
            />
          )}
        </Field>
        <TierField tier={organisation?.tier} />
        <Checkbox name="sharesTickets" defaultChecked={organisation?.sharesTickets} label={t('sharesTickets')} />
        <Field label={contact('notes')} hint={contact('notesHint')}>
          {(control) => <Textarea {...control} name="notes" dir="auto" rows={4} defaultValue={organisation?.notes} />}
        </Field>
      </FormDialog>
      {organisation && (
        <ConfirmButton
          action={common('delete')}
          icon={<Trash2 aria-hidden />}
          title={t('deleteTitle', { name: organisation.name })}
          says={t('deleteSays')}
          isPending={remove.isPending}
          onConfirm={() => remove.run({ id: organisation.id })}
        />
      )}
    </span>
  )
}
