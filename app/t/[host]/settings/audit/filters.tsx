import { getTranslations } from 'next-intl/server'
import { Button } from '@/components/ui/button'
import { ChoiceField } from '@/components/ui/choice-field'
import { DateField } from '@/components/ui/date-field'
import { Field, Input } from '@/components/ui/field'
import { Link } from '@/components/ui/link'
import { eventKinds } from '@/lib/audit/schema'
import { isId } from '@/lib/core/id'
import type { Reference } from '@/lib/core/schema'
import { between, isDay } from '../days'

const names = ['kind', 'person', 'object', 'from', 'to'] as const
/** What the address asks for; what is not asked is not there. */
export type Filters = Partial<Record<(typeof names)[number], string>>

const isTaken: Record<(typeof names)[number], (value: string) => boolean> = {
  kind: (value) => eventKinds.some((each) => each === value),
  person: isId,
  object: (value) => value !== '',
  from: isDay,
  to: isDay,
}

/** What nobody offered is left out. */
export const readFilters = (query: Partial<Record<string, string | string[]>>): Filters =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = [query[name]].flat()[0]?.trim().slice(0, 200) ?? ''
      return isTaken[name](value) ? [[name, value]] : []
    }),
  )

/** The same as the list takes it; days are those of the reader. */
export function inputOf({ kind, person, object, from, to }: Filters, timeZone: string) {
  const [first, before] = between(from, to, timeZone)
  return { kind: eventKinds.find((each) => each === kind), actorId: person, object, from: first, before }
}

/** Its address is the list. */
export async function FilterForm({ filters, people }: { filters: Filters; people: Reference[] }) {
  const t = await getTranslations('settingsPages.audit')
  const common = await getTranslations('common')
  return (
    <search className="mb-4 block">
      {/* Anew for each address: what stands in the fields is what is shown. */}
      <form key={JSON.stringify(filters)} className="grid items-end gap-3 sm:grid-cols-2 lg:grid-cols-[repeat(5,minmax(0,1fr))_auto]">
        <Field label={t('filters.person')}>
          {(control) => (
            <ChoiceField
              {...control}
              label={t('filters.person')}
              name="person"
              defaultValue={filters.person}
              options={[{ value: '', name: common('all') }, ...people.map(({ id: value, name }) => ({ value, name }))]}
            />
          )}
        </Field>
        <Field label={t('filters.kind')}>
          {(control) => (
            <ChoiceField
              {...control}
              label={t('filters.kind')}
              name="kind"
              defaultValue={filters.kind}
              options={[{ value: '', name: common('all') }, ...eventKinds.map((value) => ({ value, name: t(`kinds.${value}`) }))]}
            />
          )}
        </Field>
        <Field label={t('filters.object')}>
          {(control) => (
            <Input
              {...control}
              name="object"
              dir="auto"
              maxLength={200}
              placeholder={t('filters.objectHint')}
              defaultValue={filters.object}
            />
          )}
        </Field>
        {(['from', 'to'] as const).map((name) => (
          <Field key={name} label={t(`filters.${name}`)}>
            {(control) => <DateField {...control} isDay label={t(`filters.${name}`)} name={name} defaultValue={filters[name]} />}
          </Field>
        ))}
        <span className="flex gap-2">
          <Button type="submit">{t('filters.submit')}</Button>
          {Object.keys(filters).length > 0 && (
            <Button asChild variant="ghost">
              <Link href="/settings/audit">{t('filters.clear')}</Link>
            </Button>
          )}
        </span>
      </form>
    </search>
  )
}
