'use client'

import { Plus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Field, Input } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { RowMenu } from '@/components/ui/row-menu'
import { useAction } from '@/components/ui/use-action'
import type { Reference } from '@/lib/core/schema'
import type { CannedResponseOutput } from '@/lib/tickets/canned/schema'
import { api } from '@/lib/wiring/client'
import { CannedBody } from './canned-body'
import { readSharing, SharingFields } from './sharing-fields'

interface Sharing {
  departments: Reference[]
  mayShare: boolean
}

export function ResponseMenu({ response, ...sharing }: Sharing & { response: CannedResponseOutput }) {
  const { id, name } = response
  const common = useTranslations('common')
  const t = useTranslations('tickets.canned')
  const remove = useAction(api.cannedResponses.delete, {
    success: t('responseDeleted'),
    undo: () => api.cannedResponses.restore({ id }),
  })
  const question = { action: common('delete'), title: t('deleteNamed', { name }), says: t('deleteResponseSays') }
  return (
    <RowMenu
      of={name}
      actions={[
        response.isOwn && { verb: 'edit', dialog: (onClose) => <EditResponse response={response} {...sharing} onClose={onClose} /> },
        { verb: 'duplicate', dialog: (onClose) => <EditResponse from={response} {...sharing} onClose={onClose} /> },
        response.isOwn && {
          verb: 'delete',
          dialog: (onClose) => (
            <ConfirmButton {...question} isPending={remove.isPending} onConfirm={() => remove.run({ id })} onClose={onClose} />
          ),
        },
      ]}
    />
  )
}

interface Editing extends Sharing {
  /** One that is there already; a new one has its own button. */
  response?: CannedResponseOutput
  /** What a copy begins as. */
  from?: CannedResponseOutput
  onClose?: () => void
}

export function EditResponse({ response, from, onClose, ...sharing }: Editing) {
  const t = useTranslations('tickets')
  const common = useTranslations('common')
  const copyOf = useTranslations('ui')
  const known = response ?? from
  const [html, setHtml] = useState(known?.bodyHtml ?? '')
  const create = useAction(api.cannedResponses.create, {
    isForm: true,
    success: t('canned.responseSaved'),
    onDone: () => setHtml(''),
  })
  const update = useAction(api.cannedResponses.update, { isForm: true, success: common('saved') })
  const { error, isPending } = response ? update : create
  return (
    <FormDialog
      icon={Plus}
      trigger={t('canned.newResponse')}
      triggerVariant="primary"
      onClose={onClose}
      title={response ? response.name : t('canned.newResponse')}
      submit={common('save')}
      error={error}
      isPending={isPending}
      onSubmit={(form) => {
        const given = { name: String(form.get('name') ?? '').trim(), bodyHtml: html, ...readSharing(form) }
        return response ? update.run({ id: response.id, version: response.version, ...given }) : create.run(given)
      }}
    >
      <Field label={common('name')} errors={error?.fields.name}>
        {(control) => (
          <Input
            {...control}
            name="name"
            dir="auto"
            maxLength={120}
            defaultValue={from ? copyOf('copyOf', { name: from.name }) : response?.name}
            required
          />
        )}
      </Field>
      <CannedBody html={html} onChange={setHtml} errors={error?.fields.bodyHtml} />
      <SharingFields kept={known} errors={error?.fields} {...sharing} />
    </FormDialog>
  )
}
