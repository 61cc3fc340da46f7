'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Field, Input } from '@/components/ui/field'
import { FormError } from '@/components/ui/form-error'
import { GuardedForm } from '@/components/ui/guarded-form'
import { Badge, Card } from '@/components/ui/layout'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/wiring/client'

type Settings = Awaited<ReturnType<typeof api.limits.get>>
type Name = keyof Settings['limits']

/** What may be left empty: there is no such limit then. */
const optional: Name[] = ['signedOutPerHour', 'route']
const groups = {
  callers: ['signedOut', 'signedOutPerHour', 'customer', 'agent', 'admin', 'route'],
  acts: ['signIn', 'link', 'tokenRefresh', 'publicForm', 'upload', 'outside'],
} satisfies Record<string, Name[]>
const presets = ['hdms', 'strict'] as const

export function RateLimitsForm({ settings: { version, limits, preset, ceiling } }: { settings: Settings }) {
  const t = useTranslations('settings.limits')
  const common = useTranslations('common')
  const { run, error, isPending } = useAction(api.limits.update, { isForm: true, success: common('saved') })
  const valueIn = (form: FormData, name: Name) => {
    const text = String(form.get(name) ?? '').trim()
    return text === '' && optional.includes(name) ? null : Number(text)
  }
  return (
    <Card className="grid gap-5 p-5">
      <div className="flex flex-wrap items-center gap-2">
        <span className="text-sm text-muted">{t('preset')}</span>
        {presets.map((name) =>
          name === preset ? (
            <Badge key={name}>{t(`presets.${name}`)}</Badge>
          ) : (
            <Button key={name} size="small" isPending={isPending} onClick={() => void run({ version, preset: name })}>
              {t('apply', { preset: t(`presets.${name}`) })}
            </Button>
          ),
        )}
      </div>
      <GuardedForm
        className="grid max-w-2xl gap-5"
        onSubmit={(form) =>
          run({ version, limits: Object.fromEntries(Object.keys(limits).map((name) => [name, valueIn(form, name as Name)])) })
        }
      >
        <FormError>{error?.message}</FormError>
        {(Object.keys(groups) as (keyof typeof groups)[]).map((group) => (
          <fieldset key={group} className="grid gap-4 sm:grid-cols-2">
            <legend className="mb-3 font-medium">{t(`groups.${group}`)}</legend>
            {groups[group].map((name) => (
              <Field
                key={name}
                label={t(`names.${name}`)}
                hint={optional.includes(name) ? t('optional') : undefined}
                errors={error?.fields[`limits.${name}`]}
              >
                {(control) => (
                  <Input
                    {...control}
                    name={name}
                    type="number"
                    min={1}
                    max={name === 'signedOutPerHour' ? ceiling * 60 : ceiling}
                    required={!optional.includes(name)}
                    defaultValue={limits[name] ?? ''}
                  />
                )}
              </Field>
            ))}
          </fieldset>
        ))}
        <Button type="submit" variant="primary" isPending={isPending} className="justify-self-start">
          {common('save')}
        </Button>
      </GuardedForm>
    </Card>
  )
}
