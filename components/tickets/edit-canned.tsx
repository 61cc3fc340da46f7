'use client'

import { Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Checkbox, Field, Input } from '@/components/ui/field'
import { errorsUnder } from '@/components/ui/field-errors'
import { FormDialog } from '@/components/ui/form-dialog'
import { RowMenu } from '@/components/ui/row-menu'
import { type ActionError, useAction } from '@/components/ui/use-action'
import type { CannedResponseOutput, MacroOutput } from '@/lib/tickets/canned/schema'
import { api } from '@/lib/wiring/client'
import { ActionList } from './action-list'
import type { ActionChoices } from './action-words'
import { CannedBody } from './canned-body'
import { GoneTargets } from './gone'
import { readSharing, SharingFields } from './sharing-fields'

interface About {
  choices: ActionChoices
  permissions: readonly string[]
}

/** What is edited: one that is there, a new one that begins as a copy, or a new one, which has its own button. */
interface Editing<T> extends About {
  kept?: T
  copyOf?: T
  onClose?: () => void
}

type Canned = CannedResponseOutput | MacroOutput

interface MenuProps {
  of: Canned
  deletion: { title: string; says: string; isPending: boolean; onConfirm: () => Promise<boolean> }
  /** Opens it, or a copy of it. */
  dialog: (isCopy: boolean, onClose: () => void) => ReactNode
}

/** Whoever sees a response or a macro may copy it; it is its owner's to edit and to delete. */
function CannedMenu({ of: { name, isOwn }, deletion, dialog }: MenuProps) {
  const common = useTranslations('common')
  return (
    <RowMenu
      of={name}
      actions={[
        isOwn && { verb: 'edit', dialog: (onClose) => dialog(false, onClose) },
        { verb: 'duplicate', dialog: (onClose) => dialog(true, onClose) },
        isOwn && {
          verb: 'delete',
          dialog: (onClose) => <ConfirmButton action={common('delete')} {...deletion} onClose={onClose} />,
        },
      ]}
    />
  )
}

export function ResponseMenu({ response, ...about }: About & { response: CannedResponseOutput }) {
  const { id, name } = response
  const t = useTranslations('tickets.canned')
  const remove = useAction(api.cannedResponses.delete, {
    success: t('responseDeleted'),
    undo: () => api.cannedResponses.restore({ id }),
  })
  const question = { title: t('deleteNamed', { name }), says: t('deleteResponseSays') }
  return (
    <CannedMenu
      of={response}
      deletion={{ ...question, isPending: remove.isPending, onConfirm: () => remove.run({ id }) }}
      dialog={(isCopy, onClose) => <EditResponse {...{ [isCopy ? 'copyOf' : 'kept']: response }} {...about} onClose={onClose} />}
    />
  )
}

export function MacroMenu({ macro, ...about }: About & { macro: MacroOutput }) {
  const { id, name } = macro
  const t = useTranslations('tickets.canned')
  const remove = useAction(api.macros.delete, { success: t('macroDeleted'), undo: () => api.macros.restore({ id }) })
  const question = { title: t('deleteNamed', { name }), says: t('deleteMacroSays') }
  return (
    <CannedMenu
      of={macro}
      deletion={{ ...question, isPending: remove.isPending, onConfirm: () => remove.run({ id }) }}
      dialog={(isCopy, onClose) => <EditMacro {...{ [isCopy ? 'copyOf' : 'kept']: macro }} {...about} onClose={onClose} />}
    />
  )
}

interface DialogProps extends Editing<Canned> {
  /** What a new one is called, on its button and above its form. */
  newOne: string
  error: ActionError | null
  isPending: boolean
  onSubmit: (given: { name: string } & ReturnType<typeof readSharing>, form: FormData) => Promise<boolean>
  /** Stands between the name and who else sees it. */
  children: ReactNode
}

function CannedDialog({ kept, copyOf, choices, permissions, onClose, newOne, error, isPending, onSubmit, children }: DialogProps) {
  const common = useTranslations('common')
  const t = useTranslations('ui')
  return (
    <FormDialog
      icon={Plus}
      trigger={newOne}
      triggerVariant="primary"
      onClose={onClose}
      title={kept ? kept.name : newOne}
      submit={common('save')}
      error={error}
      isPending={isPending}
      onSubmit={(form) => onSubmit({ name: String(form.get('name') ?? '').trim(), ...readSharing(form) }, form)}
    >
      <Field label={common('name')} errors={error?.fields.name}>
        {(control) => (
          <Input
            {...control}
            name="name"
            dir="auto"
            maxLength={120}
            defaultValue={copyOf ? t('copyOf', { name: copyOf.name }) : kept?.name}
            required
          />
        )}
      </Field>
      {children}
      <SharingFields
        kept={kept ?? copyOf}
        departments={choices.department ?? []}
        mayShare={permissions.includes('view.share')}
        errors={error?.fields}
      />
    </FormDialog>
  )
}

export function EditResponse({ kept, copyOf, ...about }: Editing<CannedResponseOutput>) {
  const t = useTranslations('tickets.canned')
  const common = useTranslations('common')
  const [html, setHtml] = useState((kept ?? copyOf)?.bodyHtml ?? '')
  const create = useAction(api.cannedResponses.create, { isForm: true, success: t('responseSaved'), onDone: () => setHtml('') })
  const update = useAction(api.cannedResponses.update, { isForm: true, success: common('saved') })
  const { error, isPending } = kept ? update : create
  const save = (given: { name: string; bodyHtml: string } & ReturnType<typeof readSharing>) =>
    kept ? update.run({ id: kept.id, version: kept.version, ...given }) : create.run(given)
  return (
    <CannedDialog
      {...{ kept, copyOf, error, isPending, ...about }}
      newOne={t('newResponse')}
      onSubmit={(given) => save({ ...given, bodyHtml: html })}
    >
      <CannedBody html={html} onChange={setHtml} errors={error?.fields.bodyHtml} />
    </CannedDialog>
  )
}

export function EditMacro({ kept, copyOf, ...about }: Editing<MacroOutput>) {
  const t = useTranslations('tickets.canned')
  const common = useTranslations('common')
  const known = kept ?? copyOf
  const [html, setHtml] = useState(known?.bodyHtml ?? '')
  const [changes, setChanges] = useState(known?.changes ?? [])
  const create = useAction(api.macros.create, {
    isForm: true,
    success: t('macroSaved'),
    onDone() {
      setHtml('')
      setChanges([])
    },
  })
  const update = useAction(api.macros.update, { isForm: true, success: common('saved') })
  const { error, isPending } = kept ? update : create
  const hasText = html.replace(/<[^>]*>/g, '').trim() !== ''
  return (
    <CannedDialog
      {...{ kept, copyOf, error, isPending, ...about }}
      newOne={t('newMacro')}
      onSubmit={(named, form) => {
        const given = { ...named, changes, bodyHtml: hasText ? html : null, isNote: form.get('isNote') !== null }
        return kept ? update.run({ id: kept.id, version: kept.version, ...given }) : create.run(given)
      }}
    >
      {known && <GoneTargets gone={known.gone} of="macro" />}
      <ActionList use="macro" actions={changes} {...about} errors={errorsUnder(error?.fields, 'changes')} onChange={setChanges} />
      <CannedBody html={html} onChange={setHtml} errors={error?.fields.bodyHtml} />
      <Checkbox name="isNote" defaultChecked={known?.isNote} label={t('isNote')} />
      {error?.fields.changes && <p className="text-sm text-danger">{error.fields.changes.join(' ')}</p>}
    </CannedDialog>
  )
}
