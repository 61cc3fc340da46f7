'use client'

import { Check } from 'lucide-react'
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

const numbersOf = ({ customer, agent, signedOut, signedOutPerHour, route }: Settings['limits']) => ({
  customer,
  agent,
  signedOut,
  hour: signedOutPerHour ?? 0,
  route: route ?? 0,
})

export function RateLimitsForm({ settings: { version, limits, preset, ceiling, presets: presetLimits } }: { settings: Settings }) {
  const t = useTranslations('settings.limits')
  const common = useTranslations('common')
  const { run, error, isPending } = useAction(api.limits.update, { isForm: true, success: common('saved') })
  const valueIn = (form: FormData, name: Name) => {
    const text = String(form.get(name) ?? '').trim()
    return text === '' && optional.includes(name) ? null : Number(text)
  }
  return (
    <Card className="grid gap-5 p-5">
      <section aria-labelledby="presets" className="grid max-w-2xl gap-3">
        <h2 id="presets" className="font-medium">
          {t('preset')}
        </h2>
        <p className="text-sm text-muted">
          {!preset && `${t('own')} `}
          {t('presetsSay')}
        </p>
        <ul className="grid gap-2">
          {presets.map((name) => (
            <li key={name} className="flex flex-wrap items-center gap-x-3 gap-y-1.5 rounded-md border px-3 py-2 text-sm">
              <span className="min-w-0 flex-1 basis-60">
                <span className="font-medium">{t(`presets.${name}`)}</span>
                <span className="block text-muted">{t(`presetSays.${name}`, numbersOf(presetLimits[name]))}</span>
              </span>
              {name === preset ? (
                <Badge className="text-success">
                  <Check aria-hidden className="size-3" /> {t('current')}
                </Badge>
              ) : (
                <Button size="small" isPending={isPending} onClick={() => void run({ version, preset: name })}>
                  {t('apply', { preset: t(`presets.${name}`) })}
                </Button>
              )}
            </li>
          ))}
        </ul>
      </section>
      <GuardedForm
        className="grid max-w-2xl gap-5"
        onSubmit={(form) =>
          run({ version, limits: Object.fromEntries(Object.keys(limits).map((name) => [name, valueIn(form, name as Name)])) })
        }
      >
        <FormError>{error?.message}</FormError>
        {(Object.keys(groups) as (keyof typeof groups)[]).map((group) => (
          <fieldset key={group} className="grid gap-4 sm:grid-cols-2">
            <legend className="font-medium">{t(`groups.${group}`)}</legend>
            <p className="text-sm text-muted sm:col-span-2">{t(`groupsSay.${group}`)}</p>
            {groups[group].map((name) => (
              <Field key={name} label={t(`names.${name}`)} hint={t(`hints.${name}`)} errors={error?.fields[`limits.${name}`]}>
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
