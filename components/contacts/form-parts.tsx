'use client'

import { useTranslations } from 'next-intl'
import { ChoiceField } from '@/components/ui/choice-field'
import { Field } from '@/components/ui/field'
import { type Tier, tiers } from '@/lib/contacts/values'

export const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim()
export const list = (form: FormData, name: string) =>
  text(form, name)
    .split(/[\s,;]+/)
    .filter(Boolean)
export const lines = (form: FormData, name: string) =>
  text(form, name)
    .split(/[\n,;]+/)
    .map((line) => line.trim())
    .filter(Boolean)
/** Errors of a list come by place: "emails.1". */
export const under = (fields: Record<string, string[]> | undefined, name: string) =>
  Object.entries(fields ?? {}).flatMap(([key, says]) => (key === name || key.startsWith(`${name}.`) ? says : []))

export function TierField({ tier }: { tier: Tier | null | undefined }) {
  const common = useTranslations('common')
  const t = useTranslations('contacts.contact')
  return (
    <Field label={t('tier')}>
      {(control) => (
        <ChoiceField
          {...control}
          label={t('tier')}
          name="tier"
          defaultValue={tier ?? ''}
          options={[{ value: '', name: common('none') }, ...tiers.map((name) => ({ value: name, name: common(`tier.${name}`) }))]}
        />
      )}
    </Field>
  )
}
