'use client'

import { Download, Pencil, Plus, Trash2, Undo2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Choice } from '@/components/ui/choice'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Checkbox, Field, Input, Select, Textarea } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { save } from '@/components/ui/save'
import { useAction } from '@/components/ui/use-action'
import { type ContactOutput, type OrganisationOutput, type Tier, tiers } from '@/lib/contacts/schema'
import { api } from '@/lib/wiring/client'

const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim()
const list = (form: FormData, name: string) =>
  text(form, name)
    .split(/[\s,;]+/)
    .filter(Boolean)
const lines = (form: FormData, name: string) =>
  text(form, name)
    .split(/[\n,;]+/)
    .map((line) => line.trim())
    .filter(Boolean)
/** Errors of a list come by place: "emails.1". */
const under = (fields: Record<string, string[]> | undefined, name: string) =>
  Object.entries(fields ?? {}).flatMap(([key, says]) => (key === name || key.startsWith(`${name}.`) ? says : []))

function TierField({ tier }: { tier: Tier | null | undefined }) {
  const common = useTranslations('common')
  const t = useTranslations('contacts.contact')
  return (
    <Field label={t('tier')}>
      {(control) => (
        <Select {...control} name="tier" defaultValue={tier ?? ''}>
          <option value="">{common('none')}</option>
          {tiers.map((name) => (
            <option key={name} value={name}>
              {common(`tier.${name}`)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}

/** Makes a contact, or changes one. */
export function EditContact({ contact }: { contact?: ContactOutput }) {
  const common = useTranslations('common')
  const t = useTranslations('contacts.contact')
  const router = useRouter()
  const [organisation, setOrganisation] = useState(contact?.organisation ?? null)
  const create = useAction(api.contacts.create, {
    isForm: true,
    success: common('saved'),
    onDone: ({ id }) => router.push(`/agent/contacts/${id}`),
  })
  const update = useAction(api.contacts.update, { isForm: true, success: common('saved') })
  const { error, isPending } = contact ? update : create
  return (
    <FormDialog
      trigger={
        contact ? (
          <>
            <Pencil aria-hidden /> {common('edit')}
          </>
        ) : (
          <>
            <Plus aria-hidden /> {t('new')}
          </>
        )
      }
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
          tags: lines(form, 'tags'),
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
        {(control) => <Textarea {...control} name="emails" rows={2} className="min-h-16" defaultValue={contact?.emails.join('\n')} />}
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
            <Select {...control} name="timeZone" defaultValue={contact?.timeZone ?? ''}>
              <option value="">{t('unknownZone')}</option>
              {Intl.supportedValuesOf('timeZone').map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <Field label={t('tags')} hint={t('tagsHint')} errors={under(error?.fields, 'tags')}>
        {(control) => <Input {...control} name="tags" dir="auto" defaultValue={contact?.tags.join(', ')} />}
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
        trigger={
          organisation ? (
            <>
              <Pencil aria-hidden /> {common('edit')}
            </>
          ) : (
            <>
              <Plus aria-hidden /> {t('new')}
            </>
          )
        }
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

/** Takes another contact into this one. */
export function MergeContact({ contact }: { contact: ContactOutput }) {
  const t = useTranslations('contacts.merge')
  const [typed, setTyped] = useState('')
  const [found, setFound] = useState<ContactOutput[]>([])
  const [chosen, setChosen] = useState<string | null>(null)
  const merge = useAction(api.contacts.merge, { isForm: true, success: t('merged') })
  useEffect(() => {
    if (typed.trim().length < 2) return
    const timer = setTimeout(() => {
      api.contacts.list({ q: typed, limit: 8 }).then(
        ({ items }) => setFound(items.filter(({ id }) => id !== contact.id)),
        () => setFound([]), // typing goes on without suggestions
      )
    }, 200)
    return () => clearTimeout(timer)
  }, [typed, contact.id])
  return (
    <FormDialog
      trigger={t('do')}
      triggerSize="small"
      title={t('title', { name: contact.name })}
      says={t('says')}
      submit={t('do')}
      error={merge.error}
      isPending={merge.isPending}
      onSubmit={async () => (chosen ? merge.run({ id: contact.id, fromId: chosen }) : false)}
    >
      <Field label={t('contact')} errors={merge.error?.fields.fromId}>
        {(control) => (
          <Input {...control} dir="auto" value={typed} placeholder={t('placeholder')} onChange={(event) => setTyped(event.target.value)} />
        )}
      </Field>
      <ul className="grid gap-1">
        {found.map(({ id, name, emails }) => (
          <li key={id}>
            <label className="flex items-center gap-2 rounded-md border px-3 py-2 text-sm has-checked:border-accent">
              <input
                type="radio"
                name="other"
                required
                checked={chosen === id}
                onChange={() => setChosen(id)}
                className="accent-[var(--accent)]"
              />
              <bdi className="font-medium">{name}</bdi>
              <span className="truncate text-muted">{emails.join(', ')}</span>
            </label>
          </li>
        ))}
      </ul>
    </FormDialog>
  )
}

export function UndoContactMerge({ mergeId, name }: { mergeId: string; name: string }) {
  const t = useTranslations('contacts.merge')
  const undo = useAction(api.contacts.undoMerge, { success: t('undone') })
  return (
    <Button
      size="small"
      variant="ghost"
      isPending={undo.isPending}
      onClick={() => void undo.run({ mergeId })}
      aria-label={t('undoOf', { name })}
    >
      <Undo2 aria-hidden /> {t('undo')}
    </Button>
  )
}

/** What the law lets people ask for. */
export function PersonalData({ contact }: { contact: ContactOutput }) {
  const t = useTranslations('contacts.personalData')
  const router = useRouter()
  const hand = useAction(api.contacts.personalData, {
    onDone: (data) => save(`${contact.name}.json`, 'application/json', JSON.stringify(data, null, 2)),
  })
  const erase = useAction(api.contacts.erase, {
    success: t('erased'),
    onDone() {
      router.push('/agent/contacts')
      return false
    },
  })
  return (
    <div className="flex flex-wrap gap-2">
      <Button size="small" isPending={hand.isPending} onClick={() => void hand.run({ id: contact.id })}>
        <Download aria-hidden /> {t('download')}
      </Button>
      <ConfirmButton
        action={t('erase')}
        title={t('eraseTitle', { name: contact.name })}
        says={t('eraseSays')}
        typeToConfirm={contact.name}
        isPending={erase.isPending}
        onConfirm={() => erase.run({ id: contact.id, confirm: contact.name })}
      />
    </div>
  )
}

export function ExportContacts() {
  const t = useTranslations('contacts')
  const { run, isPending } = useAction(api.contacts.export, { onDone: ({ csv }) => save('contacts.csv', 'text/csv', csv) })
  return (
    <Button size="small" isPending={isPending} onClick={() => void run(undefined)}>
      <Download aria-hidden /> {t('export')}
    </Button>
  )
}
