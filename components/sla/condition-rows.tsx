'use client'

import { Plus, X } from 'lucide-react'
import { useFormatter, useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Choice, type Option } from '@/components/ui/choice'
import { ChoiceField } from '@/components/ui/choice-field'
import { Field, Input } from '@/components/ui/field'
import { tiers } from '@/lib/contacts/values'
import type { Attribute } from '@/lib/tickets/ticket/attribute'
import { filterName, keysWith } from '@/lib/tickets/ticket/attribute-names'
import { attributes } from '@/lib/tickets/ticket/attributes'
import { useAttributeWords } from '../tickets/attribute-words'
import {
  type Condition,
  type Conditions,
  type Operator,
  operators,
  readConditions,
  readValues,
  writeConditions,
  writeValues,
} from './conditions'

export interface Choices {
  departments: Option[]
  categories: Option[]
  /** Custom fields by their key. */
  fields: { key: string; name: string }[]
  /** What the ids in the conditions stand for. */
  named: Option[]
}

/** What a policy may depend on, by its name in the filter language. */
const conditions = new Map(keysWith('isSlaCondition').map((key) => [filterName(key), key]))
const [firstCondition = ''] = conditions.keys()

/** What an attribute can be; null where it is typed. */
function useOptions(field: string, { departments, categories }: Choices): Option[] | null {
  const words = useAttributeWords()
  const t = useTranslations('common')
  const key = conditions.get(field)
  const attribute: Attribute | null = key ? attributes[key] : null
  switch (attribute?.kind) {
    case 'choice':
      return attribute.values.map((value) => ({ value, name: words.choice(attribute, value) }))
    case 'department':
      return departments
    case 'category':
      return categories
    case 'requesterTier':
      return [...tiers.map((value) => ({ value, name: t(`tier.${value}`) })), { value: 'none', name: t('none') }]
    default:
      return null
  }
}

let count = 0

/** Texts can also be compared in part. */
const canBePart = (field: string) => {
  const key = conditions.get(field)
  return !key || ['text', 'tags', 'requesterOrganisation'].includes(attributes[key].kind)
}

interface Props {
  filter: string
  choices: Choices
  errors?: string[]
  onChange: (filter: string) => void
  /** Sentences with no value yet are kept here, for a filter cannot hold them. */
  draft: Conditions | null
  onDraft: (draft: Conditions | null) => void
}

/** Which tickets a policy is for, as sentences; as the filter itself where sentences cannot say it. */
export function ConditionRows({ filter, choices, errors, onChange, draft, onDraft }: Props) {
  const t = useTranslations('slaSettings.conditions')
  const conditions = draft ?? readConditions(filter)
  const change = (next: Conditions) => {
    onDraft(next)
    onChange(writeConditions(next))
  }
  if (!conditions)
    return (
      <Field label={t('filter')} hint={t('filterHint')} errors={errors}>
        {(control) => <Input {...control} value={filter} onChange={(event) => onChange(event.target.value)} />}
      </Field>
    )
  const { mode, rows } = conditions
  const changeRow = (at: number, part: Partial<Condition>) =>
    change({ mode, rows: rows.map((row, index) => (index === at ? { ...row, ...part } : row)) })
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-2 text-sm font-medium">{t('legend')}</legend>
      {rows.length === 0 && <p className="text-sm text-muted">{t('none')}</p>}
      {rows.length > 1 && (
        <ChoiceField
          isAlone
          label={t('match')}
          className="w-56"
          value={mode}
          options={(['all', 'any'] as const).map((value) => ({ value, name: t(`mode.${value}`) }))}
          onChange={(next) => change({ mode: next as Conditions['mode'], rows })}
        />
      )}
      <ul className="grid gap-2">
        {rows.map((row, at) => (
          <li key={row.key} className="flex flex-wrap items-center gap-2">
            <ConditionRow row={row} choices={choices} onChange={(part) => changeRow(at, part)} />
            <Button
              size="small"
              variant="ghost"
              aria-label={t('remove', { number: at + 1 })}
              onClick={() => change({ mode, rows: rows.filter((_, index) => index !== at) })}
            >
              <X aria-hidden />
            </Button>
          </li>
        ))}
      </ul>
      {errors && (
        <p role="alert" className="text-sm text-danger">
          {errors.join(' ')}
        </p>
      )}
      <Button
        size="small"
        className="justify-self-start"
        onClick={() => change({ mode, rows: [...rows, { key: `new-${++count}`, field: firstCondition, operator: 'is', values: [] }] })}
      >
        <Plus aria-hidden /> {t('add')}
      </Button>
    </fieldset>
  )
}

function ConditionRow({ row, choices, onChange }: { row: Condition; choices: Choices; onChange: (part: Partial<Condition>) => void }) {
  const t = useTranslations('slaSettings.conditions')
  const format = useFormatter()
  const { field, operator, values } = row
  const words = useAttributeWords()
  const options = useOptions(field, choices)
  const named = conditions.get(field)
  const nameOf = (value: string) => [...(options ?? []), ...choices.named].find((each) => each.value === value)?.name ?? value
  const shown = operators.filter((name) => canBePart(field) || name === 'is' || name === 'not')
  const label = named ? words.label(named) : (choices.fields.find(({ key }) => `field.${key}` === field)?.name ?? field)
  return (
    <>
      <ChoiceField
        isAlone
        label={t('field')}
        className="w-full sm:w-48"
        value={field}
        options={[
          ...[...conditions].map(([value, key]) => ({ value, name: words.label(key) })),
          ...choices.fields.map(({ key, name }) => ({ value: `field.${key}`, name })),
        ]}
        onChange={(next) => onChange({ key: `new-${++count}`, field: next, operator: 'is', values: [] })}
      />
      <ChoiceField
        isAlone
        label={t('comparison')}
        className="w-40"
        value={operator}
        options={shown.map((value) => ({ value, name: t(`operators.${value}`) }))}
        onChange={(next) => onChange({ operator: next as Operator })}
      />
      {options ? (
        <Choice
          label={t('values', { field: label })}
          isMany
          options={options}
          value={values}
          trigger={
            <span className="max-w-64 truncate">
              {values.length === 0
                ? t('choose')
                : format.list(
                    values.map((value) => nameOf(value)),
                    { type: 'disjunction' },
                  )}
            </span>
          }
          onChoose={(value) => onChange({ values: values.includes(value) ? values.filter((each) => each !== value) : [...values, value] })}
        />
      ) : (
        <Input
          aria-label={t('values', { field: label })}
          className="w-56"
          dir="auto"
          placeholder={t('several')}
          defaultValue={writeValues(values.map(nameOf))}
          onChange={(event) => onChange({ values: readValues(event.target.value) })}
        />
      )}
    </>
  )
}
