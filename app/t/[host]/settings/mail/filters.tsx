import { SlidersHorizontal } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import { Button } from '@/components/ui/button'
import { ChoiceField } from '@/components/ui/choice-field'
import { DateField } from '@/components/ui/date-field'
import { Field, SearchInput } from '@/components/ui/field'
import { Link } from '@/components/ui/link'
import { classifications } from '@/lib/channels/email/schema'
import type { Reference } from '@/lib/core/schema'
import { between, isDay } from '../days'

const names = ['q', 'type', 'mailbox', 'ticket', 'from', 'to'] as const
/** What the address says of the list, beside its tab and place; what is not asked is not there. */
export type Filters = Partial<Record<(typeof names)[number], string>>

export type Query = Partial<Record<string, string | string[]>>

const longestQuery = 200
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const isTaken: Record<(typeof names)[number], (value: string) => unknown> = {
  q: Boolean,
  type: (value) => classifications.some((each) => each === value),
  mailbox: (value) => uuid.test(value),
  ticket: (value) => value === 'with' || value === 'without',
  from: isDay,
  to: isDay,
}

/** What nobody offered is left out. */
export function readFilters(query: Query): Filters {
  const given = names.flatMap((name) => {
    const [value] = [query[name]].flat()
    const text = value?.trim().slice(0, longestQuery) ?? ''
    return isTaken[name](text) ? [[name, text] as const] : []
  })
  return Object.fromEntries(given)
}

/** The same as the list takes it; days are those of the reader. */
export const inputOf = ({ q, type, mailbox, ticket, from, to }: Filters, timeZone: string) => {
  const [receivedFrom, receivedBefore] = between(from, to, timeZone)
  return {
    q,
    classification: classifications.find((each) => each === type),
    mailboxId: mailbox,
    hasTicket: ticket && ticket === 'with',
    receivedFrom,
    receivedBefore,
  }
}

interface Props {
  /** Where one was chosen; else all are searched. */
  tab: string | undefined
  filters: Filters
  mailboxes: Reference[]
}

/** Its address is the list. */
export async function FilterForm({ tab, filters, mailboxes }: Props) {
  const t = await getTranslations('settingsPages.mail')
  const common = await getTranslations('common')
  const { q, type, mailbox, ticket } = filters
  const count = names.filter((name) => name !== 'q' && filters[name]).length
  return (
    <search className="mb-3 block">
      {/* Anew for each address: what stands in the fields is what is shown. */}
      <form key={JSON.stringify(filters)} className="grid gap-2">
        {tab && <input type="hidden" name="tab" value={tab} />}
        <div className="flex flex-wrap gap-2">
          <SearchInput
            name="q"
            defaultValue={q}
            aria-label={t('filters.search')}
            placeholder={t('filters.searchHint')}
            maxLength={longestQuery}
            className="min-w-0 flex-1 basis-60"
          />
          <Button type="submit" size="small">
            {t('filters.submit')}
          </Button>
          {(count > 0 || q) && (
            <Button asChild size="small">
              <Link href={tab ? `/settings/mail?tab=${tab}` : '/settings/mail'}>{t('filters.clear')}</Link>
            </Button>
          )}
        </div>
        <details open={count > 0} className="text-sm">
          <summary className="flex w-fit cursor-pointer items-center gap-1.5 rounded py-1 text-muted [&_svg]:size-4">
            <SlidersHorizontal aria-hidden /> {count > 0 ? t('filters.titleCount', { count }) : t('filters.title')}
          </summary>
          <div className="mt-2 grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
            <Field label={t('filters.type')}>
              {(control) => (
                <ChoiceField
                  {...control}
                  label={t('filters.type')}
                  name="type"
                  defaultValue={type}
                  options={[{ value: '', name: common('all') }, ...classifications.map((value) => ({ value, name: t(`types.${value}`) }))]}
                />
              )}
            </Field>
            {mailboxes.length > 0 && (
              <Field label={t('mailbox')}>
                {(control) => (
                  <ChoiceField
                    {...control}
                    label={t('mailbox')}
                    name="mailbox"
                    defaultValue={mailbox}
                    options={[{ value: '', name: common('all') }, ...mailboxes.map(({ id: value, name }) => ({ value, name }))]}
                  />
                )}
              </Field>
            )}
            <Field label={t('filters.ticket')}>
              {(control) => (
                <ChoiceField
                  {...control}
                  label={t('filters.ticket')}
                  name="ticket"
                  defaultValue={ticket}
                  options={[
                    { value: '', name: common('all') },
                    { value: 'with', name: t('filters.withTicket') },
                    { value: 'without', name: t('filters.withoutTicket') },
                  ]}
                />
              )}
            </Field>
            {(['from', 'to'] as const).map((name) => (
              <Field key={name} label={t(`filters.${name}`)}>
                {(control) => <DateField {...control} isDay label={t(`filters.${name}`)} name={name} defaultValue={filters[name]} />}
              </Field>
            ))}
          </div>
        </details>
      </form>
    </search>
  )
}
