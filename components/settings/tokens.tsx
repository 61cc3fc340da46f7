'use client'

import { Plus, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { ChoiceField } from '@/components/ui/choice-field'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { CopyButton } from '@/components/ui/copy-button'
import { Field, Input } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { RowMenu } from '@/components/ui/row-menu'
import { useAction } from '@/components/ui/use-action'
import { type Permission, presetScopes, tokenPresets } from '@/lib/actor/permissions'
import { api } from '@/lib/wiring/client'
import { PermissionList } from './permission-list'

export function CreateToken({ mine }: { mine: Permission[] }) {
  const t = useTranslations('settings.tokens')
  const [token, setToken] = useState<string | null>(null)
  const [scopes, setScopes] = useState(() => presetScopes('read', mine))
  const { run, error, isPending } = useAction(api.account.createToken, {
    isForm: true,
    onDone(made) {
      setToken(made.token)
      setScopes(presetScopes('read', mine))
    },
  })
  return (
    <>
      {token && (
        <div role="status" className="w-full rounded-md border border-success/40 bg-success/10 p-3 text-sm">
          <p className="font-medium">{t('copy')}</p>
          <p className="mt-1 flex items-center gap-2 font-mono text-xs break-all">
            {token} <CopyButton value={token} />
          </p>
        </div>
      )}
      <FormDialog
        icon={Plus}
        trigger={t('new')}
        triggerVariant="primary"
        title={t('newTitle')}
        says={t('says')}
        submit={t('submit')}
        error={error}
        isPending={isPending}
        onSubmit={(form) => {
          const days = Number(form.get('expiresInDays'))
          return run({ name: String(form.get('name')), scopes, ...(days ? { expiresInDays: days } : {}) })
        }}
      >
        <Field label={t('purpose')} hint={t('purposeHint')} errors={error?.fields.name}>
          {(control) => <Input {...control} name="name" required />}
        </Field>
        <Field label={t('expires')}>
          {(control) => (
            <ChoiceField
              {...control}
              name="expiresInDays"
              defaultValue="90"
              label={t('expires')}
              options={[
                { value: '30', name: t('expiry.days', { days: 30 }) },
                { value: '90', name: t('expiry.days', { days: 90 }) },
                { value: '365', name: t('expiry.year') },
                { value: '', name: t('expiry.never') },
              ]}
            />
          )}
        </Field>
        <Presets mine={mine} scopes={scopes} onChange={setScopes} />
        <PermissionList name="scopes" of={mine} chosen={scopes} onChange={setScopes} errors={error?.fields.scopes} />
      </FormDialog>
    </>
  )
}

interface PresetsProps {
  mine: Permission[]
  scopes: Permission[]
  onChange: (scopes: Permission[]) => void
}

/** Ready choices for the list below. Of presets that give the holder the same, the one that asks for the least is offered. */
function Presets({ mine, scopes, onChange }: PresetsProps) {
  const t = useTranslations('settings.tokens.presets')
  const of = (some: readonly Permission[]) => [...some].sort().join(' ')
  const presets = tokenPresets.map((name) => ({ name, gives: presetScopes(name, mine) }))
  const offered = presets.filter(({ gives }, at) => gives.length > 0 && presets.findIndex((each) => of(each.gives) === of(gives)) === at)
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">{t('title')}</legend>
      <div className="grid gap-2 sm:grid-cols-3">
        {offered.map(({ name, gives }) => (
          <label
            key={name}
            className="grid content-start gap-0.5 rounded-md border p-2.5 text-sm hover:bg-surface has-checked:border-accent"
          >
            <span className="flex items-center gap-2 font-medium">
              <input
                type="radio"
                name="preset"
                checked={of(gives) === of(scopes)}
                onChange={() => onChange(gives)}
                className="size-4 accent-[var(--accent)]"
              />
              {t(`${name}.name`)}
            </span>
            <span className="text-xs text-muted">{t(`${name}.says`)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

export function TokenMenu({ id, name }: { id: string; name: string }) {
  const t = useTranslations('settings.tokens')
  const { run, isPending } = useAction(api.account.revokeToken, { success: t('revoked') })
  const question = {
    action: t('revoke'),
    title: t('revokeTitle', { name }),
    says: t('revokeSays'),
    isPending,
    onConfirm: () => run({ id }),
  }
  return (
    <RowMenu
      of={name}
      actions={[{ name: t('revoke'), icon: X, isDangerous: true, dialog: (onClose) => <ConfirmButton {...question} onClose={onClose} /> }]}
    />
  )
}
