import { useFormatter, useTranslations } from 'next-intl'
import { useExact } from '@/components/ui/exact'
import { readMessage } from '@/lib/core/message'
import { formerVariables, responseVariables } from '@/lib/tickets/canned/values'
import { details as ticketDetails } from '@/lib/tickets/ticket/attribute-names'
import { eventDetails, plainLabel } from './event-details'

interface Props {
  payload: unknown
  /** What people, tickets and the like are called, by their ids. */
  names: Record<string, string>
  timeZone: string
}

const isTime = (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text)
/** A word of the program: `sign_in_link`. */
const isCode = (text: string) => /^[a-z]+(_[a-z]+)+$/.test(text)
/** Fields whose values the catalogue has words for, by what stands there. */
const wordsFor: Record<string, string[]> = {
  status: ['common.status', 'settingsPages.domains.status'],
  before: ['settingsPages.domains.status'],
  was: ['common.status'],
  priority: ['common.priority'],
  defaultPriority: ['common.priority'],
  role: ['common.role'],
  metric: ['common.metric'],
  tier: ['common.tier'],
  permission: ['permissions'],
  permissions: ['permissions'],
}

/** What an event says, as labelled words. */
export function EventDetailList({ payload, names, timeZone }: Props) {
  const t = useTranslations()
  const format = useFormatter()
  const exact = useExact()
  /** The text of a key that may not be there. */
  const known = (key: string): string | null => (t.has(key as never) ? t(key as never) : null)
  function labelOf(field: string): string {
    const attribute = ticketDetails.get(field)
    return known(`settingsPages.audit.fields.${field}`) ?? (attribute ? t(`tickets.attributes.${attribute}`) : plainLabel(field))
  }
  /** A placeholder of a text is called by what is filled in. */
  const filledIn = (text: string) =>
    text.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (whole, name) => {
      const variable = responseVariables.find(
        (each) => each.name === (formerVariables as Record<string, string>)[name] || each.name === name,
      )
      return variable ? `[${t(`tickets.placeholders.${variable.says}`)}]` : whole
    })
  const wordIn = (text: string, field: string): string | null =>
    (wordsFor[field] ?? []).reduce<string | null>((found, group) => found ?? known(`${group}.${text}`), null)
  /** What a check found is kept as a key with its values. */
  function errorIn(text: string): string | null {
    const kept = text.includes('.') ? readMessage(text) : null
    return kept && t.has(`errors.${kept.key}` as never) ? t(`errors.${kept.key}` as never, kept.values as never) : null
  }
  function say(value: unknown, field: string): string {
    if (value === null || value === undefined || value === '') return t('common.none')
    if (Array.isArray(value)) return value.length > 0 ? format.list(value.map((each) => say(each, field))) : t('common.none')
    if (typeof value === 'boolean') return t(value ? 'settingsPages.audit.yes' : 'settingsPages.audit.no')
    if (typeof value === 'number') return format.number(value)
    const text = String(value)
    if (isTime(text)) return exact(new Date(text), timeZone)
    const plain = field.endsWith('Html')
      ? text
          .replace(/<[^>]+>/g, ' ')
          .replace(/\s+/g, ' ')
          .trim()
      : text
    return names[text] ?? wordIn(text, field) ?? errorIn(text) ?? (isCode(text) ? plainLabel(text) : filledIn(plain))
  }
  return (
    <dl className="mt-1 grid gap-x-4 gap-y-1 rounded bg-surface p-2 text-xs sm:grid-cols-[max-content_minmax(0,1fr)]">
      {eventDetails(payload).map(({ path, value, ...detail }) => {
        const field = path.findLast((name) => !/^\d+$/.test(name)) ?? ''
        return (
          <div key={path.join('.')} className="contents">
            <dt className="text-muted">{path.map(labelOf).join(' › ')}</dt>
            <dd dir="auto" className="mb-1 wrap-anywhere sm:mb-0">
              {'before' in detail
                ? t('settingsPages.audit.changed', { before: say(detail.before, field), after: say(value, field) })
                : say(value, field)}
            </dd>
          </div>
        )
      })}
    </dl>
  )
}
