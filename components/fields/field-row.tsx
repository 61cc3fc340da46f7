import { useTranslations } from 'next-intl'
import { Choice } from '@/components/ui/choice'
import { DateMenu } from '@/components/ui/date-menu'
import { Property, PropertyInput } from '@/components/ui/property'
import type { FieldOutput, FieldValue } from '@/lib/tickets/fields/schema'

interface Props {
  field: FieldOutput
  value?: FieldValue
  problem?: string
  isDisabled?: boolean
  onChange: (value: FieldValue | null) => void
}

const none = ''
const yes = 'yes'

/** A custom field as a row of the properties of a ticket; each change is one value. */
export function FieldRow({ field: { name: label, kind, options, isRequired }, value, problem, isDisabled, onChange }: Props) {
  const common = useTranslations('common')
  const shown = value === undefined ? '' : String(value)
  const row = { label, problem }
  const control = { label, isDisabled }
  if (kind === 'checkbox')
    return (
      <Property {...row}>
        <Choice
          {...control}
          value={value === true ? yes : none}
          options={[
            { value: yes, name: common('yes') },
            { value: none, name: common('no') },
          ]}
          onChoose={(chosen) => onChange(chosen === yes || null)}
        />
      </Property>
    )
  if (kind === 'multi_select') {
    const chosen = Array.isArray(value) ? value : []
    return (
      <Property {...row}>
        <Choice
          {...control}
          isMany
          value={chosen}
          options={options.map((option) => ({ value: option, name: option }))}
          onChoose={(option) => onChange(options.filter((each) => chosen.includes(each) !== (each === option)))}
        />
      </Property>
    )
  }
  if (kind === 'select')
    return (
      <Property {...row}>
        <Choice
          {...control}
          value={shown}
          options={[
            ...(isRequired ? [] : [{ value: none, name: common('none') }]),
            ...options.map((option) => ({ value: option, name: option })),
          ]}
          onChoose={(chosen) => onChange(chosen || null)}
        />
      </Property>
    )
  if (kind === 'date')
    return (
      <Property {...row}>
        <DateMenu {...control} isDay required={isRequired} value={shown} timeZone="UTC" onChoose={(day) => onChange(day || null)} />
      </Property>
    )
  return (
    <PropertyInput
      {...row}
      isDisabled={isDisabled}
      isLong={kind === 'long_text'}
      inputMode={kind === 'number' ? 'decimal' : undefined}
      placeholder={common('none')}
      maxLength={kind === 'long_text' ? 10_000 : 500}
      value={shown}
      onSave={(said) => onChange(said || null)}
    />
  )
}
