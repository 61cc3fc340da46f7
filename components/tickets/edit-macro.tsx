'use client'

import { Pencil, Plus, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Checkbox, Field, Input } from '@/components/ui/field'
import { errorsUnder } from '@/components/ui/field-errors'
import { FormDialog } from '@/components/ui/form-dialog'
import { useAction } from '@/components/ui/use-action'
import type { MacroOutput } from '@/lib/tickets/canned/schema'
import { api } from '@/lib/wiring/client'
import { ActionList } from './action-list'
import type { ActionChoices } from './action-words'
import { CannedBody } from './canned-body'
import { GoneTargets } from './gone'
import { readSharing, SharingFields } from './sharing-fields'

interface Props {
  macro?: MacroOutput
  choices: ActionChoices
  permissions: readonly string[]
}

export function EditMacro({ macro, choices, permissions }: Props) {
  const t = useTranslations('tickets')
  const common = useTranslations('common')
  const [html, setHtml] = useState(macro?.bodyHtml ?? '')
  const [changes, setChanges] = useState(macro?.changes ?? [])
  const create = useAction(api.macros.create, {
    isForm: true,
    success: t('canned.macroSaved'),
    onDone() {
      setHtml('')
      setChanges([])
    },
  })
  const update = useAction(api.macros.update, { isForm: true, success: common('saved') })
  const remove = useAction(api.macros.delete, { success: t('canned.macroDeleted'), undo: ({ id }) => api.macros.restore({ id }) })
  const { error, isPending } = macro ? update : create
  const departments = choices.department ?? []
  return (
    <span className="flex gap-2">
      <FormDialog
        trigger={
          macro ? (
            <Pencil aria-label={t('canned.editNamed', { name: macro.name })} />
          ) : (
            <>
              <Plus aria-hidden /> {t('canned.newMacro')}
            </>
          )
        }
        triggerVariant={macro ? undefined : 'primary'}
        title={macro ? macro.name : t('canned.newMacro')}
        submit={common('save')}
        error={error}
        isPending={isPending}
        onSubmit={(form) => {
          const hasText = html.replace(/<[^>]*>/g, '').trim() !== ''
          const given = {
            name: String(form.get('name') ?? '').trim(),
            changes,
            bodyHtml: hasText ? html : null,
            isNote: form.get('isNote') !== null,
            ...readSharing(form),
          }
          return macro ? update.run({ id: macro.id, version: macro.version, ...given }) : create.run(given)
        }}
      >
        <Field label={common('name')} errors={error?.fields.name}>
          {(control) => <Input {...control} name="name" dir="auto" maxLength={120} defaultValue={macro?.name} required />}
        </Field>
        {macro && <GoneTargets gone={macro.gone} of="macro" />}
        <ActionList
          use="macro"
          actions={changes}
          choices={choices}
          permissions={permissions}
          errors={errorsUnder(error?.fields, 'changes')}
          onChange={setChanges}
        />
        <CannedBody html={html} onChange={setHtml} errors={error?.fields.bodyHtml} />
        <Checkbox name="isNote" defaultChecked={macro?.isNote} label={t('canned.isNote')} />
        {error?.fields.changes && <p className="text-sm text-danger">{error.fields.changes.join(' ')}</p>}
        <SharingFields kept={macro} departments={departments} mayShare={permissions.includes('view.share')} errors={error?.fields} />
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
