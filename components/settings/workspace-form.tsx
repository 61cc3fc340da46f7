'use client'

import { useLocale, useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { ChoiceField } from '@/components/ui/choice-field'
import { Checkbox, Field, Input } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { GuardedForm } from '@/components/ui/guarded-form'
import { Card } from '@/components/ui/layout'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/wiring/client'
import type { WorkspaceOutput } from '@/lib/workspace/schema'
import { accessTokenMinutes, organizationSizes, type PortalPattern, portalPatterns, refreshTokenDays } from '@/lib/workspace/values'

export function WorkspaceForm({ workspace, languages }: { workspace: WorkspaceOutput; languages: readonly string[] }) {
  const names = new Intl.DisplayNames(useLocale(), { type: 'language' })
  const common = useTranslations('common')
  const t = useTranslations('settings.workspace')
  const { run, error, isPending } = useAction(api.business.update, { isForm: true, success: common('saved') })
  const fields = error?.fields ?? {}
  return (
    <Card className="p-5">
      <GuardedForm
        className="grid max-w-xl gap-5"
        onSubmit={(form) => {
          const text = (name: string) => String(form.get(name) ?? '')
          return run({
            id: workspace.id,
            version: workspace.version,
            name: text('name'),
            ticketPrefix: text('ticketPrefix'),
            timeZone: text('timeZone'),
            locale: text('locale'),
            accent: text('accent'),
            portalTitle: text('portalTitle') || null,
            portalPattern: (text('portalPattern') || 'none') as PortalPattern,
            website: text('website') || null,
            supportUrl: text('supportUrl') || null,
            email: text('email') || null,
            phone: text('phone') || null,
            organizationSize: (text('organizationSize') || null) as (typeof organizationSizes)[number] | null,
            allowSignUp: form.get('allowSignUp') === 'on',
            accessMinutes: Number(text('accessMinutes')),
            refreshDays: Number(text('refreshDays')),
            closeAfterDays: Number(text('closeAfterDays')),
            reopenDays: Number(text('reopenDays')),
            asksRating: form.get('asksRating') === 'on',
            undoSeconds: Number(text('undoSeconds')),
            bulkUndoSeconds: Number(text('bulkUndoSeconds')),
          })
        }}
      >
        <FormError>{error?.message}</FormError>
        <Field label={common('name')} errors={fields.name}>
          {(control) => <Input {...control} name="name" defaultValue={workspace.name} required />}
        </Field>
        <Field label={t('portalTitle')} hint={t('portalTitleHint')} errors={fields.portalTitle}>
          {(control) => <Input {...control} name="portalTitle" defaultValue={workspace.portalTitle ?? ''} />}
        </Field>
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label={t('portalPattern')} hint={t('portalPatternHint')} errors={fields.portalPattern}>
            {(control) => (
              <ChoiceField
                {...control}
                label={t('portalPattern')}
                name="portalPattern"
                defaultValue={workspace.portalPattern}
                options={portalPatterns.map((value) => ({ value, name: t(`portalPatterns.${value}`) }))}
              />
            )}
          </Field>
        </div>
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label={t('prefix')} hint={t('prefixHint')} errors={fields.ticketPrefix}>
            {(control) => <Input {...control} name="ticketPrefix" defaultValue={workspace.ticketPrefix} />}
          </Field>
          <Field label={common('timeZone')} errors={fields.timeZone}>
            {(control) => (
              <ChoiceField
                {...control}
                label={common('timeZone')}
                name="timeZone"
                defaultValue={workspace.timeZone}
                options={[...new Set([workspace.timeZone, 'UTC', ...Intl.supportedValuesOf('timeZone')])].map((zone) => ({
                  value: zone,
                  name: zone,
                }))}
              />
            )}
          </Field>
          <Field label={t('language')} hint={t('languageHint')} errors={fields.locale}>
            {(control) => (
              <ChoiceField
                {...control}
                label={t('language')}
                name="locale"
                defaultValue={workspace.locale}
                options={[...new Set([workspace.locale, ...languages])].map((value) => ({ value, name: names.of(value) ?? value }))}
              />
            )}
          </Field>
          <Field label={t('accent')} hint={t('accentHint')} errors={fields.accent}>
            {(control) => <Input {...control} name="accent" type="color" defaultValue={workspace.accent} className="p-1" />}
          </Field>
        </div>
        <Organisation workspace={workspace} errors={fields} />
        <Checkbox name="allowSignUp" defaultChecked={workspace.allowSignUp} label={t('allowSignUp')} />
        <Checkbox name="asksRating" defaultChecked={workspace.asksRating} label={t('asksRating')} />
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label={t('closeAfter')} hint={t('closeAfterHint')} errors={fields.closeAfterDays}>
            {(control) => (
              <Input {...control} name="closeAfterDays" type="number" min={0} max={365} defaultValue={workspace.closeAfterDays} />
            )}
          </Field>
          <Field label={t('reopen')} hint={t('reopenHint')} errors={fields.reopenDays}>
            {(control) => <Input {...control} name="reopenDays" type="number" min={0} max={3650} defaultValue={workspace.reopenDays} />}
          </Field>
        </div>
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label={t('undo')} hint={t('undoHint')} errors={fields.undoSeconds}>
            {(control) => <Input {...control} name="undoSeconds" type="number" min={0} max={120} defaultValue={workspace.undoSeconds} />}
          </Field>
          <Field label={t('bulkUndo')} hint={t('bulkUndoHint')} errors={fields.bulkUndoSeconds}>
            {(control) => (
              <Input {...control} name="bulkUndoSeconds" type="number" min={0} max={120} defaultValue={workspace.bulkUndoSeconds} />
            )}
          </Field>
        </div>
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label={t('accessToken')} errors={fields.accessMinutes}>
            {(control) => (
              <Input {...control} name="accessMinutes" type="number" {...accessTokenMinutes} defaultValue={workspace.accessMinutes} />
            )}
          </Field>
          <Field label={t('refreshToken')} errors={fields.refreshDays}>
            {(control) => (
              <Input {...control} name="refreshDays" type="number" {...refreshTokenDays} defaultValue={workspace.refreshDays} />
            )}
          </Field>
        </div>
        <Button type="submit" variant="primary" isPending={isPending} className="justify-self-start">
          {common('save')}
        </Button>
      </GuardedForm>
    </Card>
  )
}

/** Who runs the workspace, and where they are found. */
function Organisation({ workspace, errors }: { workspace: WorkspaceOutput; errors: Record<string, string[]> }) {
  const common = useTranslations('common')
  const t = useTranslations('settings.workspace')
  const line = (name: 'website' | 'supportUrl' | 'email' | 'phone', label: string, type: string, hint?: string) => (
    <Field label={label} hint={hint} errors={errors[name]}>
      {(control) => <Input {...control} name={name} type={type} dir="ltr" defaultValue={workspace[name] ?? ''} />}
    </Field>
  )
  return (
    <div className="grid gap-5 sm:grid-cols-2">
      {line('website', t('website'), 'url')}
      {line('supportUrl', t('supportUrl'), 'url', t('supportUrlHint'))}
      {line('email', common('email'), 'email')}
      {line('phone', t('phone'), 'tel')}
      <Field label={t('organizationSize')}>
        {(control) => (
          <ChoiceField
            {...control}
            label={t('organizationSize')}
            name="organizationSize"
            defaultValue={workspace.organizationSize ?? ''}
            options={[
              { value: '', name: common('none') },
              ...organizationSizes.map((size) => ({ value: size, name: t('people', { size }) })),
            ]}
          />
        )}
      </Field>
    </div>
  )
}
