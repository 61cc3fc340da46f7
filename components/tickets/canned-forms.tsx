'use client'

import { Pencil, Plus, Trash2 } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useTranslations } from 'next-intl'
import { useRef, useState } from 'react'
import { ConfirmButton } from '@/components/ui/confirm-button'
import type { EditorHandle } from '@/components/ui/editor'
import { Checkbox, Field, Input, Select } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { useAction } from '@/components/ui/use-action'
import { tagInput } from '@/lib/core/schema'
import { type Priority, priorities } from '@/lib/directory/schema'
import type { MacroChange } from '@/lib/tickets/actions/schema'
import { type CannedResponseOutput, type MacroOutput, responseVariables } from '@/lib/tickets/canned/schema'
import type { TicketStatus } from '@/lib/tickets/ticket/workflow'
import { type ViewOutput, viewScopes } from '@/lib/tickets/views/schema'
import { api } from '@/lib/wiring/client'

const Editor = dynamic(() => import('@/components/ui/editor').then((module) => module.Editor), {
  ssr: false,
  loading: () => <div className="min-h-28" />,
})

interface Choices {
  departments: { id: string; name: string }[]
  people: { id: string; name: string }[]
  mayShare: boolean
}

const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim()

function sharing(form: FormData) {
  const scope = (text(form, 'scope') || 'personal') as ViewOutput['scope']
  return { scope, departmentId: scope === 'department' ? text(form, 'departmentId') || null : null }
}

function Sharing({ kept, departments, mayShare }: { kept?: Pick<ViewOutput, 'scope' | 'departmentId'> } & Omit<Choices, 'people'>) {
  const t = useTranslations('tickets')
  const common = useTranslations('common')
  if (!mayShare) return null
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label={t('scopes.label')}>
        {(control) => (
          <Select {...control} name="scope" defaultValue={kept?.scope ?? 'personal'}>
            {viewScopes.map((scope) => (
              <option key={scope} value={scope}>
                {t(`scopes.${scope}`)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label={common('department')} hint={t('scopes.departmentHint')}>
        {(control) => (
          <Select {...control} name="departmentId" defaultValue={kept?.departmentId ?? ''}>
            <option value="">{common('none')}</option>
            {departments.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  )
}

/** The editor with what can be filled in beside it. */
function Body({ html, onChange, errors }: { html: string; onChange: (html: string) => void; errors?: string[] }) {
  const t = useTranslations('tickets.canned')
  const placeholder = useTranslations('tickets.placeholders')
  const editor = useRef<EditorHandle>(null)
  return (
    <div className="grid gap-1.5">
      <span aria-hidden className="text-sm font-medium">
        {t('text')}
      </span>
      <div className="rounded-md border">
        <Editor
          handle={editor}
          label={t('text')}
          placeholder={t('writeText')}
          html={html}
          onChange={onChange}
          isInvalid={Boolean(errors)}
        />
      </div>
      {errors && <p className="text-sm text-danger">{errors.join(' ')}</p>}
      <p className="flex flex-wrap gap-1 text-xs">
        {responseVariables.map(({ name, says }) => (
          <button
            key={name}
            type="button"
            title={placeholder(says)}
            onClick={() => editor.current?.insert(`{{${name}}}`)}
            className="rounded border px-1.5 py-0.5 text-muted hover:bg-surface"
          >
            {name}
          </button>
        ))}
      </p>
    </div>
  )
}

export function EditResponse({ response, ...choices }: Choices & { response?: CannedResponseOutput }) {
  const t = useTranslations('tickets')
  const common = useTranslations('common')
  const [html, setHtml] = useState(response?.bodyHtml ?? '')
  const create = useAction(api.cannedResponses.create, {
    isForm: true,
    success: t('canned.responseSaved'),
    onDone: () => setHtml(''),
  })
  const update = useAction(api.cannedResponses.update, { isForm: true, success: common('saved') })
  const remove = useAction(api.cannedResponses.delete, { success: t('canned.responseDeleted') })
  const { error, isPending } = response ? update : create
  return (
    <span className="flex gap-2">
      <FormDialog
        trigger={response ? <Pencil aria-label={t('canned.editNamed', { name: response.name })} /> : <New says={t('canned.newResponse')} />}
        triggerVariant={response ? undefined : 'primary'}
        title={response ? response.name : t('canned.newResponse')}
        submit={common('save')}
        error={error}
        isPending={isPending}
        onSubmit={(form) => {
          const given = { name: text(form, 'name'), bodyHtml: html, ...sharing(form) }
          return response ? update.run({ id: response.id, version: response.version, ...given }) : create.run(given)
        }}
      >
        <Field label={common('name')} errors={error?.fields.name}>
          {(control) => <Input {...control} name="name" dir="auto" maxLength={120} defaultValue={response?.name} required />}
        </Field>
        <Body html={html} onChange={setHtml} errors={error?.fields.bodyHtml} />
        <Sharing kept={response} {...choices} />
      </FormDialog>
      {response && (
        <ConfirmButton
          action={common('delete')}
          icon={<Trash2 aria-hidden />}
          title={t('canned.deleteNamed', { name: response.name })}
          says={t('canned.deleteResponseSays')}
          isPending={remove.isPending}
          onConfirm={() => remove.run({ id: response.id })}
        />
      )}
    </span>
  )
}

const New = ({ says }: { says: string }) => (
  <>
    <Plus aria-hidden /> {says}
  </>
)

const settable: TicketStatus[] = ['in_progress', 'resolved', 'closed', 'rejected']
const unchanged = ''

const inForm: readonly MacroChange['kind'][] = ['assign', 'priority', 'tags', 'status', 'department']

/** @param before what the macro did; what this form has no control for stays */
function changesOf(form: FormData, before: readonly MacroChange[] = []): MacroChange[] {
  const changes = before.filter(({ kind }) => !inForm.includes(kind))
  const [status, priority, assignee, department] = ['status', 'priority', 'assignee', 'department'].map((name) => text(form, name))
  const tags = (name: string) =>
    text(form, name)
      .split(',')
      .flatMap((typed) => tagInput.safeParse(typed).data ?? [])
  if (assignee) changes.push({ kind: 'assign', assigneeId: assignee === '-' ? null : assignee })
  if (priority) changes.push({ kind: 'priority', priority: priority as Priority })
  if (tags('add').length + tags('remove').length > 0) changes.push({ kind: 'tags', add: tags('add'), remove: tags('remove') })
  if (status) changes.push({ kind: 'status', status: status as TicketStatus })
  if (department) changes.push({ kind: 'department', departmentId: department })
  return changes
}

export function EditMacro({ macro, ...choices }: Choices & { macro?: MacroOutput }) {
  const t = useTranslations('tickets')
  const common = useTranslations('common')
  const [html, setHtml] = useState(macro?.bodyHtml ?? '')
  const create = useAction(api.macros.create, { isForm: true, success: t('canned.macroSaved'), onDone: () => setHtml('') })
  const update = useAction(api.macros.update, { isForm: true, success: common('saved') })
  const remove = useAction(api.macros.delete, { success: t('canned.macroDeleted') })
  const { error, isPending } = macro ? update : create
  const of = <K extends MacroChange['kind']>(kind: K) =>
    macro?.changes.find((change): change is Extract<MacroChange, { kind: K }> => change.kind === kind)
  const assigned = of('assign')
  return (
    <span className="flex gap-2">
      <FormDialog
        trigger={macro ? <Pencil aria-label={t('canned.editNamed', { name: macro.name })} /> : <New says={t('canned.newMacro')} />}
        triggerVariant={macro ? undefined : 'primary'}
        title={macro ? macro.name : t('canned.newMacro')}
        submit={common('save')}
        error={error}
        isPending={isPending}
        onSubmit={(form) => {
          const hasText = html.replace(/<[^>]*>/g, '').trim() !== ''
          const given = {
            name: text(form, 'name'),
            changes: changesOf(form, macro?.changes),
            bodyHtml: hasText ? html : null,
            isNote: form.get('isNote') !== null,
            ...sharing(form),
          }
          return macro ? update.run({ id: macro.id, version: macro.version, ...given }) : create.run(given)
        }}
      >
        <Field label={common('name')} errors={error?.fields.name}>
          {(control) => <Input {...control} name="name" dir="auto" maxLength={120} defaultValue={macro?.name} required />}
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t('attributes.assignee')}>
            {(control) => (
              <Select {...control} name="assignee" defaultValue={assigned ? (assigned.assigneeId ?? '-') : unchanged}>
                <option value={unchanged}>{t('canned.unchanged')}</option>
                <option value="-">{t('unassigned')}</option>
                {choices.people.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={common('statusLabel')}>
            {(control) => (
              <Select {...control} name="status" defaultValue={of('status')?.status ?? unchanged}>
                <option value={unchanged}>{t('canned.unchanged')}</option>
                {settable.map((status) => (
                  <option key={status} value={status}>
                    {common(`status.${status}`)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={common('priorityLabel')}>
            {(control) => (
              <Select {...control} name="priority" defaultValue={of('priority')?.priority ?? unchanged}>
                <option value={unchanged}>{t('canned.unchanged')}</option>
                {priorities.map((priority) => (
                  <option key={priority} value={priority}>
                    {common(`priority.${priority}`)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={common('department')}>
            {(control) => (
              <Select {...control} name="department" defaultValue={of('department')?.departmentId ?? unchanged}>
                <option value={unchanged}>{t('canned.unchanged')}</option>
                {choices.departments.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={t('bulk.addTags')}>
            {(control) => <Input {...control} name="add" dir="auto" defaultValue={of('tags')?.add.join(', ')} />}
          </Field>
          <Field label={t('bulk.removeTags')}>
            {(control) => <Input {...control} name="remove" dir="auto" defaultValue={of('tags')?.remove.join(', ')} />}
          </Field>
        </div>
        <Body html={html} onChange={setHtml} errors={error?.fields.bodyHtml} />
        <Checkbox name="isNote" defaultChecked={macro?.isNote} label={t('canned.isNote')} />
        {error?.fields.changes && <p className="text-sm text-danger">{error.fields.changes.join(' ')}</p>}
        <Sharing kept={macro} {...choices} />
      </FormDialog>
      {macro && (
        <ConfirmButton
          action={common('delete')}
          icon={<Trash2 aria-hidden />}
          title={t('canned.deleteNamed', { name: macro.name })}
          says={t('canned.deleteMacroSays')}
          isPending={remove.isPending}
          onConfirm={() => remove.run({ id: macro.id })}
        />
      )}
    </span>
  )
}
