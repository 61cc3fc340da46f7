import { useTranslations } from 'next-intl'
import { Checkbox, Field, Input, Select, Textarea } from '@/components/ui/field'
import type { FieldOutput, FieldValue } from '@/lib/tickets/fields/schema'

interface Props {
  field: FieldOutput
  value?: FieldValue
  errors?: string[]
}

/** One custom field as a form has it: named `fields.KEY`, for forms that are sent whole. */
export function FieldInput({ field, value, errors }: Props) {
  const common = useTranslations('common')
  const { key, name: label, hint, kind, options, isRequired } = field
  const name = `fields.${key}`
  const shown = value === undefined ? '' : String(value)
  if (kind === 'checkbox') return <Checkbox name={name} label={label} defaultChecked={value === true} />
  if (kind === 'multi_select')
    return (
      <fieldset className="grid gap-1.5">
        <legend className="mb-1 text-sm font-medium">{label}</legend>
        {options.map((option) => (
          <Checkbox
            key={option}
            name={name}
            value={option}
            label={option}
            defaultChecked={Array.isArray(value) && value.includes(option)}
          />
        ))}
        {errors && <p className="text-sm text-danger">{errors.join(' ')}</p>}
      </fieldset>
    )
  return (
    <Field label={label} hint={hint || undefined} errors={errors}>
      {(control) =>
        kind === 'select' ? (
          <Select {...control} name={name} defaultValue={shown}>
            <option value="">{common(isRequired ? 'choose' : 'none')}</option>
            {options.map((option) => (
              <option key={option} value={option}>
                {option}
              </option>
            ))}
          </Select>
        ) : kind === 'long_text' ? (
          <Textarea {...control} name={name} dir="auto" rows={4} maxLength={10_000} defaultValue={shown} />
        ) : (
          <Input
            {...control}
            name={name}
            dir="auto"
            type={kind === 'date' ? 'date' : 'text'}
            inputMode={kind === 'number' ? 'decimal' : undefined}
            maxLength={500}
            defaultValue={shown}
          />
        )
      }
    </Field>
  )
}
