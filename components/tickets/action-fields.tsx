import { useTranslations } from 'next-intl'
import { ChoiceField } from '@/components/ui/choice-field'
import { Field, Input, Textarea } from '@/components/ui/field'
import { type Control, controlsOf } from '@/lib/tickets/actions/action-kinds'
import type { Recipients } from '@/lib/tickets/actions/schema'
import { type ActionChoices, type ActionDraft, chosenIn, meantBy, useActionWords } from './action-words'
import { RecipientFields } from './recipient-fields'
import { TagField } from './tag-field'

interface Props {
  action: ActionDraft
  choices: ActionChoices
  /** By the name of the field. */
  errors?: Record<string, string[]>
  onChange: (action: ActionDraft) => void
}

/** What an action needs to know, each by the control that its kind says. */
export function ActionFields({ action, choices, errors = {}, onChange }: Props) {
  const words = useActionWords(choices)
  return controlsOf(action.kind).map(([field, control]) => {
    const change = (value: unknown) => onChange({ ...action, [field]: value })
    if (control.kind === 'recipients')
      return <RecipientFields key={field} to={action[field] as Recipients} people={choices.person ?? []} onChange={change} />
    return (
      <div key={field} className={control.kind === 'text' ? 'min-w-0 flex-1 basis-full' : 'min-w-0 flex-1 basis-48'}>
        <Field label={words.label(control)} hint={words.hint(control)} errors={errors[field]}>
          {(given) => <OneField given={given} control={control} value={action[field]} choices={choices} onChange={change} />}
        </Field>
      </div>
    )
  })
}

interface OneProps {
  given: { id: string }
  control: Control
  value: unknown
  choices: ActionChoices
  onChange: (value: unknown) => void
}

function OneField({ given, control, value, choices, onChange }: OneProps) {
  const words = useActionWords(choices)
  const t = useTranslations()
  const options = words.optionsOf(control)
  const isRequired = !control.isOptional
  if (options) {
    const chosen = chosenIn(value)
    // What was chosen before and is gone since, or can't be chosen here.
    const isKnown = chosen === '' || options.some((option) => option.value === chosen)
    return (
      <ChoiceField
        {...given}
        label={words.label(control)}
        placeholder={t('common.choose')}
        required={isRequired}
        value={chosen}
        options={[
          ...(isRequired ? [] : [{ value: '', name: t('common.none') }]),
          ...(isKnown ? [] : [{ value: chosen, name: words.said(control, value) }]),
          ...options,
        ]}
        onChange={(next) => onChange(meantBy(control, next))}
      />
    )
  }
  if (control.kind === 'tags')
    return (
      <TagField
        {...given}
        label={words.label(control)}
        value={value as string[]}
        onChange={onChange}
        className="min-h-9 rounded-md border bg-raised px-2 py-1"
      />
    )
  const typed = {
    ...given,
    dir: 'auto' as const,
    required: isRequired,
    maxLength: 'maxLength' in control ? control.maxLength : undefined,
    value: String(value ?? ''),
  }
  const change = (said: string) => onChange(said || (isRequired ? '' : undefined))
  if (control.kind === 'text') return <Textarea {...typed} onChange={(event) => change(event.target.value)} />
  return <Input {...typed} onChange={(event) => change(event.target.value)} />
}
