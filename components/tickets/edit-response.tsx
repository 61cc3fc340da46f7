'use client'

import { Pencil, Plus, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { Field, Input } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
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

export function EditResponse({ response, ...sharing }: Sharing & { response?: CannedResponseOutput }) {
  const t = useTranslations('tickets')
  const common = useTranslations('common')
  const [html, setHtml] = useState(response?.bodyHtml ?? '')
  const create = useAction(api.cannedResponses.create, {
    isForm: true,
    success: t('canned.responseSaved'),
    onDone: () => setHtml(''),
  })
  const update = useAction(api.cannedResponses.update, { isForm: true, success: common('saved') })
  const remove = useAction(api.cannedResponses.delete, {
    success: t('canned.responseDeleted'),
    undo: ({ id }) => api.cannedResponses.restore({ id }),
  })
  const { error, isPending } = response ? update : create
  return (
    <span className="flex gap-2">
      <FormDialog
        trigger={
          response ? (
            <Pencil aria-label={t('canned.editNamed', { name: response.name })} />
          ) : (
            <>
              <Plus aria-hidden /> {t('canned.newResponse')}
            </>
          )
        }
        triggerVariant={response ? undefined : 'primary'}
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
          {(control) => <Input {...control} name="name" dir="auto" maxLength={120} defaultValue={response?.name} required />}
        </Field>
        <CannedBody html={html} onChange={setHtml} errors={error?.fields.bodyHtml} />
        <SharingFields kept={response} errors={error?.fields} {...sharing} />
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
