import { useTranslations } from 'next-intl'
import { Field, Input, Select } from '@/components/ui/field'
import type { Attribute, Form } from '@/lib/tickets/ticket/attribute'
import { detailsOf } from '@/lib/tickets/ticket/attribute-names'
import { attributes } from '@/lib/tickets/ticket/attributes'
import { useAttributeWords } from './attribute-words'

const inputTypes: Partial<Record<Attribute['kind'], string>> = { instant: 'datetime-local', count: 'number' }

interface Props {
  form: Form
  errors: Record<string, string[]>
  /** What was typed before. */
  values?: Record<string, string>
}

/** The details that a form asks for, each by its kind. */
export function DetailInputs({ form, errors, values = {} }: Props) {
  const words = useAttributeWords()
  const t = useTranslations('common')
  return detailsOf(form).map(([name, key]) => {
    const attribute: Attribute = attributes[key]
    return (
      <Field key={name} label={words.label(key)} errors={errors[name]}>
        {(control) =>
          attribute.kind === 'choice' ? (
            <Select {...control} name={name} defaultValue={values[name]}>
              <option value="">{t('none')}</option>
              {attribute.values.map((value) => (
                <option key={value} value={value}>
                  {words.choice(attribute, value)}
                </option>
              ))}
            </Select>
          ) : (
            <Input {...control} name={name} dir="auto" type={inputTypes[attribute.kind] ?? 'text'} defaultValue={values[name]} />
          )
        }
      </Field>
    )
  })
}
