'use client'

import { Pencil, Plus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { Choice } from '@/components/ui/choice'
import { ChoiceField, SentValue } from '@/components/ui/choice-field'
import { Field, Input, Textarea } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { useAction } from '@/components/ui/use-action'
import type { ContactOutput, Tier } from '@/lib/contacts/schema'
import { shownAddress } from '@/lib/core/mail-address'
import { api } from '@/lib/wiring/client'
import { lines, list, TierField, text, under } from './form-parts'
import { TagChips } from './tag-chips'

/** Makes a contact, or changes one. */
export function EditContact({ contact }: { contact?: ContactOutput }) {
  const common = useTranslations('common')
  const t = useTranslations('contacts.contact')
  const router = useRouter()
  const [organisation, setOrganisation] = useState(contact?.organisation ?? null)
  const [tags, setTags] = useState(contact?.tags ?? [])
  const create = useAction(api.contacts.create, {
    isForm: true,
    success: common('saved'),
    onDone: ({ id }) => router.push(`/agent/contacts/${id}`),
  })
  const update = useAction(api.contacts.update, { isForm: true, success: common('saved') })
  const { error, isPending } = contact ? update : create
  return (
    <FormDialog
      icon={contact ? Pencil : Plus}
      trigger={contact ? common('edit') : t('new')}
      triggerVariant={contact ? undefined : 'primary'}
      triggerSize="small"
      title={contact ? contact.name : t('new')}
      submit={common('save')}
      error={error}
      isPending={isPending}
      onSubmit={(form) => {
        const given = {
          name: text(form, 'name'),
          emails: list(form, 'emails'),
          phones: lines(form, 'phones'),
          tier: (text(form, 'tier') || null) as Tier | null,
          tags,
          notes: text(form, 'notes'),
          organisationId: organisation?.id ?? null,
          ownerId: contact?.owner?.id ?? null,
          locale: contact?.locale ?? null,
          timeZone: text(form, 'timeZone') || null,
        }
        return contact ? update.run({ id: contact.id, version: contact.version, ...given }) : create.run(given)
      }}
    >
      <Field label={common('name')} errors={error?.fields.name}>
        {(control) => <Input {...control} name="name" dir="auto" maxLength={120} defaultValue={contact?.name} required />}
      </Field>
      <Field label={t('addresses')} hint={t('addressesHint')} errors={under(error?.fields, 'emails')}>
        {(control) => (
          <Textarea {...control} name="emails" rows={2} className="min-h-16" defaultValue={contact?.emails.map(shownAddress).join('\n')} />
        )}
      </Field>
      <Field label={t('phones')} errors={under(error?.fields, 'phones')}>
        {(control) => <Textarea {...control} name="phones" rows={2} className="min-h-16" defaultValue={contact?.phones.join('\n')} />}
      </Field>
      <div className="grid gap-1.5">
        <span aria-hidden className="text-sm font-medium">
          {t('organisation')}
        </span>
        <OrganisationChoice chosen={organisation} onChoose={setOrganisation} />
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <TierField tier={contact?.tier} />
        <Field label={common('timeZone')} errors={error?.fields.timeZone}>
          {(control) => (
            <ChoiceField
              {...control}
              label={common('timeZone')}
              name="timeZone"
              defaultValue={contact?.timeZone ?? ''}
              options={[
                { value: '', name: t('unknownZone') },
                ...Intl.supportedValuesOf('timeZone').map((name) => ({ value: name, name: name.replaceAll('_', ' ') })),
              ]}
            />
          )}
        </Field>
      </div>
      <Field label={t('tags')} hint={t('tagsHint')} errors={under(error?.fields, 'tags')}>
        {({ id, 'aria-describedby': describedBy, 'aria-invalid': isInvalid }) => (
          <>
            <TagChips id={id} value={tags} onChange={setTags} describedBy={describedBy} isInvalid={isInvalid} />
            {/* Tells the dialog that something changed. */}
            <span className="relative block">
              <SentValue name="tags" value={tags.join(',')} />
            </span>
          </>
        )}
      </Field>
      <Field label={t('notes')} hint={t('notesHint')}>
        {(control) => <Textarea {...control} name="notes" dir="auto" rows={4} maxLength={10_000} defaultValue={contact?.notes} />}
      </Field>
    </FormDialog>
  )
}

function OrganisationChoice(props: {
  chosen: { id: string; name: string } | null
  onChoose: (to: { id: string; name: string } | null) => void
}) {
  const common = useTranslations('common')
  const t = useTranslations('contacts.contact')
  const { chosen, onChoose } = props
  const [known, setKnown] = useState<{ id: string; name: string }[]>([])
  useEffect(() => {
    api.organisations.list({ limit: 200 }).then(
      ({ items }) => setKnown(items),
      () => setKnown([]), // the rest can be saved without
    )
  }, [])
  const all = chosen && !known.some(({ id }) => id === chosen.id) ? [chosen, ...known] : known
  return (
    <Choice
      label={t('organisation')}
      value={chosen?.id ?? ''}
      options={[{ value: '', name: common('none') }, ...all.map(({ id, name }) => ({ value: id, name }))]}
      onChoose={(id) => onChoose(all.find((organisation) => organisation.id === id) ?? null)}
    />
  )
}
