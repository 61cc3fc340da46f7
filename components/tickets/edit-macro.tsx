'use client'

import { Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Checkbox, Field, Input } from '@/components/ui/field'
import { errorsUnder } from '@/components/ui/field-errors'
import { FormDialog } from '@/components/ui/form-dialog'
import { RowMenu } from '@/components/ui/row-menu'
import { useAction } from '@/components/ui/use-action'
import type { MacroOutput } from '@/lib/tickets/canned/schema'
import { api } from '@/lib/wiring/client'
import { ActionList } from './action-list'
import type { ActionChoices } from './action-words'
import { CannedBody } from './canned-body'
import { GoneTargets } from './gone'
import { readSharing, SharingFields } from './sharing-fields'

interface Props {
  choices: ActionChoices
  permissions: readonly string[]
}

export function MacroMenu({ macro, ...about }: Props & { macro: MacroOutput }) {
  const { id, name } = macro
  const common = useTranslations('common')
  const t = useTranslations('tickets.canned')
  const remove = useAction(api.macros.delete, { success: t('macroDeleted'), undo: () => api.macros.restore({ id }) })
  const question = { action: common('delete'), title: t('deleteNamed', { name }), says: t('deleteMacroSays') }
  return (
    <RowMenu
      of={name}
      actions={[
        macro.isOwn && { verb: 'edit', dialog: (onClose) => <EditMacro macro={macro} {...about} onClose={onClose} /> },
        { verb: 'duplicate', dialog: (onClose) => <EditMacro from={macro} {...about} onClose={onClose} /> },
        macro.isOwn && {
          verb: 'delete',
          dialog: (onClose) => (
            <ConfirmButton {...question} isPending={remove.isPending} onConfirm={() => remove.run({ id })} onClose={onClose} />
          ),
        },
      ]}
    />
  )
}

interface Editing extends Props {
  /** One that is there already; a new one has its own button. */
  macro?: MacroOutput
  /** What a copy begins as. */
  from?: MacroOutput
  onClose?: () => void
}

export function EditMacro({ macro, from, choices, permissions, onClose }: Editing) {
  const t = useTranslations('tickets')
  const common = useTranslations('common')
  const copyOf = useTranslations('ui')
  const known = macro ?? from
  const [html, setHtml] = useState(known?.bodyHtml ?? '')
  const [changes, setChanges] = useState(known?.changes ?? [])
  const create = useAction(api.macros.create, {
    isForm: true,
    success: t('canned.macroSaved'),
    onDone() {
      setHtml('')
      setChanges([])
    },
  })
  const update = useAction(api.macros.update, { isForm: true, success: common('saved') })
  const { error, isPending } = macro ? update : create
  const departments = choices.department ?? []
  return (
    <FormDialog
      icon={Plus}
      trigger={t('canned.newMacro')}
      triggerVariant="primary"
      onClose={onClose}
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
        {(control) => (
          <Input
            {...control}
            name="name"
            dir="auto"
            maxLength={120}
            defaultValue={from ? copyOf('copyOf', { name: from.name }) : macro?.name}
            required
          />
        )}
      </Field>
      {known && <GoneTargets gone={known.gone} of="macro" />}
      <ActionList
        use="macro"
        actions={changes}
        choices={choices}
        permissions={permissions}
        errors={errorsUnder(error?.fields, 'changes')}
        onChange={setChanges}
      />
      <CannedBody html={html} onChange={setHtml} errors={error?.fields.bodyHtml} />
      <Checkbox name="isNote" defaultChecked={known?.isNote} label={t('canned.isNote')} />
      {error?.fields.changes && <p className="text-sm text-danger">{error.fields.changes.join(' ')}</p>}
      <SharingFields kept={known} departments={departments} mayShare={permissions.includes('view.share')} errors={error?.fields} />
    </FormDialog>
  )
}
