import type { FieldErrors } from '../../core/errors'
import { type ErrorText, msg } from '../../core/message'
import type { FieldOutput, FieldValue, FieldValues } from './schema'

type Rules = Pick<FieldOutput, 'key' | 'name' | 'kind' | 'options' | 'isRequired' | 'departmentId' | 'showWhen'>

const longest = { text: 500, long_text: 10_000 } as const

const isEmpty = (value: FieldValue | null | undefined): boolean =>
  value === null || value === undefined || value === '' || value === false || (Array.isArray(value) && value.length === 0)

const isDate = (text: string) =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text)

/** Whether a field is asked: in this department, and with these values of the others. */
export function isAsked(
  field: Rules,
  departmentId: string | null,
  values: Readonly<Record<string, FieldValue | null | undefined>>,
): boolean {
  if (field.departmentId && field.departmentId !== departmentId) return false
  if (!field.showWhen) return true
  const other = values[field.showWhen.key]
  return Array.isArray(other) ? other.includes(field.showWhen.equals) : String(other ?? '') === field.showWhen.equals
}

/** One value in the form that is kept, or what is wrong with it. Forms send text; numbers and ticks are read from it. */
export function readValue(field: Rules, given: FieldValue): { value: FieldValue } | { problem: ErrorText } {
  const { kind, options } = field
  if (kind === 'text' || kind === 'long_text') {
    const text = typeof given === 'string' ? given.trim() : null
    if (text === null) return { problem: 'fields.text' }
    return text.length > longest[kind] ? { problem: msg('input.longer', { maximum: longest[kind] }) } : { value: text }
  }
  if (kind === 'number') {
    const number = typeof given === 'string' && given.trim() !== '' ? Number(given.trim().replace(',', '.')) : given
    return typeof number === 'number' && Number.isFinite(number) && Math.abs(number) <= Number.MAX_SAFE_INTEGER
      ? { value: number }
      : { problem: 'fields.number' }
  }
  if (kind === 'date') return typeof given === 'string' && isDate(given) ? { value: given } : { problem: 'fields.date' }
  if (kind === 'checkbox') {
    const ticked = typeof given === 'boolean' ? given : given === 'on' || given === 'true' ? true : given === 'false' ? false : null
    return ticked === null ? { problem: 'fields.checkbox' } : { value: ticked }
  }
  if (kind === 'select') return typeof given === 'string' && options.includes(given) ? { value: given } : { problem: 'fields.option' }
  const chosen = typeof given === 'string' ? [given] : given
  return Array.isArray(chosen) && chosen.every((option) => options.includes(option))
    ? { value: options.filter((option) => chosen.includes(option)) }
    : { problem: 'fields.options' }
}

/**
 * The values of a ticket after a change.
 * @param before what it has; what is not asked any more stays
 * @param isWhole a new ticket: everything that is required must be there
 */
export function applyValues(
  fields: readonly Rules[],
  {
    before,
    given,
    departmentId,
    isWhole,
  }: { before: Record<string, FieldValue>; given: FieldValues; departmentId: string | null; isWhole: boolean },
): { values: Record<string, FieldValue> } | { errors: FieldErrors } {
  const values = { ...before }
  const errors: FieldErrors = {}
  for (const [key, value] of Object.entries(given)) {
    const field = fields.find((each) => each.key === key)
    if (!field) errors[`fields.${key}`] = ['fields.unknown']
    else if (isEmpty(value)) delete values[key]
    else {
      const read = readValue(field, value as FieldValue)
      if ('problem' in read) errors[`fields.${key}`] = [read.problem]
      else if (isEmpty(read.value)) delete values[key]
      else values[key] = read.value
    }
  }
  for (const field of fields) {
    const isTouched = isWhole || Object.hasOwn(given, field.key)
    if (field.isRequired && isTouched && isAsked(field, departmentId, values) && isEmpty(values[field.key]))
      errors[`fields.${field.key}`] ??= [msg('fields.required', { name: field.name })]
  }
  return Object.keys(errors).length > 0 ? { errors } : { values }
}
