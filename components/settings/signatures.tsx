'use client'

import { Pencil } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { EditorField } from '@/components/ui/editor-field'
import { Checkbox, Field, Input } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { FormError } from '@/components/ui/form-error'
import { GuardedForm } from '@/components/ui/guarded-form'
import { Card } from '@/components/ui/layout'
import { useAction } from '@/components/ui/use-action'
import type { MailIdentity } from '@/lib/correspondence/schema'
import { api } from '@/lib/wiring/client'

interface Signature {
  html: string
  onChange: (html: string) => void
  hint: string
  errors?: string[] | undefined
}

function SignatureField(props: Signature) {
  const t = useTranslations('settings.signature')
  return <EditorField {...props} name="signatureHtml" label={t('name')} placeholder={t('write')} />
}

/** By what name the mail of a department comes, and what stands below its replies. */
export function EditMailIdentity({ department }: { department: MailIdentity }) {
  const t = useTranslations('settings.signature')
  const common = useTranslations('common')
  const { id, version, name, senderName, senderShowsAgent, signatureHtml } = department
  const [html, setHtml] = useState(signatureHtml ?? '')
  const { run, error, isPending } = useAction(api.mailIdentities.save, {
    isForm: true,
    success: common('saved'),
    undo: () => api.mailIdentities.save({ id, version: version + 1, senderName, senderShowsAgent, signatureHtml: signatureHtml ?? '' }),
  })
  return (
    <FormDialog
      icon={Pencil}
      trigger={common('edit')}
      title={name}
      submit={common('save')}
      error={error}
      isPending={isPending}
      onSubmit={(form) =>
        run({
          id,
          version,
          senderName: String(form.get('senderName') ?? '').trim() || null,
          senderShowsAgent: form.get('senderShowsAgent') !== null,
          signatureHtml: html,
        })
      }
    >
      <Field label={t('senderName')} hint={t('senderNameHint')} errors={error?.fields.senderName}>
        {(control) => <Input {...control} name="senderName" dir="auto" maxLength={120} defaultValue={senderName ?? ''} />}
      </Field>
      <Checkbox name="senderShowsAgent" label={t('showAgent')} defaultChecked={senderShowsAgent} />
      <SignatureField html={html} onChange={setHtml} hint={t('departmentHint')} errors={error?.fields.signatureHtml} />
    </FormDialog>
  )
}

export function OwnSignature({ version, signatureHtml }: { version: number; signatureHtml: string | null }) {
  const t = useTranslations('settings.signature')
  const common = useTranslations('common')
  const [html, setHtml] = useState(signatureHtml ?? '')
  const { run, error, isPending } = useAction(api.signature.save, {
    isForm: true,
    success: common('saved'),
    undo: () => api.signature.save({ version: version + 1, signatureHtml: signatureHtml ?? '' }),
  })
  return (
    <Card className="p-5">
      <GuardedForm className="grid max-w-xl gap-5" onSubmit={() => run({ version, signatureHtml: html })}>
        <FormError>{error?.message}</FormError>
        <SignatureField html={html} onChange={setHtml} hint={t('ownHint')} errors={error?.fields.signatureHtml} />
        <Button type="submit" variant="primary" isPending={isPending} className="justify-self-start">
          {common('save')}
        </Button>
      </GuardedForm>
    </Card>
  )
}
