import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { PolicyForm } from '@/components/sla/policy-form'
import { PageHeader } from '@/components/ui/layout'
import { listPeople } from '@/lib/accounts/queries'
import { listCategories } from '@/lib/directory/categories'
import { listDepartments } from '@/lib/directory/departments'
import { listHooks } from '@/lib/notifications/queries'
import { listCalendars } from '@/lib/sla/calendars'
import { listPolicies } from '@/lib/sla/policies'
import { listFields } from '@/lib/tickets/fields/fields'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('slaPages.policies'))('edit') })

interface Props {
  params: Promise<{ id: string }>
  /** `copy`: the policy that a new one begins as. */
  searchParams: Promise<{ copy?: string }>
}

export default async function EditPolicy({ params, searchParams }: Props) {
  const t = await getTranslations('slaPages.policies')
  const { id } = await params
  const { copy } = await searchParams
  const { person } = await signedIn()
  const [
    { items: policies },
    { items: calendars },
    { items: departments },
    { items: categories },
    { items: fields },
    { items: people },
    { items: hooks },
  ] = await Promise.all([
    load((context) => call(listPolicies, undefined, { context })),
    load((context) => call(listCalendars, undefined, { context })),
    load((context) => call(listDepartments, undefined, { context })),
    load((context) => call(listCategories, {}, { context })),
    load((context) => call(listFields, undefined, { context })),
    load((context) => call(listPeople, { limit: 200, kind: 'staff' }, { context })),
    person.permissions.includes('workspace.manage') ? load((context) => call(listHooks, undefined, { context })) : { items: [] },
  ])
  const policy = policies.find((item) => item.id === id) ?? null
  if (!policy && id !== 'new') notFound()
  const copied = policy ? null : (policies.find((item) => item.id === copy) ?? null)
  const named = ({ id: one, name }: { id: string; name: string }) => ({ id: one, name })
  const option = ({ id: value, name }: { id: string; name: string }) => ({ value, name })
  return (
    <>
      <PageHeader title={policy?.name ?? t('new')} says={t('editSays')} />
      <Texts of={['tickets', 'sla', 'slaSettings', 'charts']}>
        <PolicyForm
          key={`${id} ${policy?.version} ${copied?.id}`}
          policy={policy}
          copyOf={copied}
          order={policies.map(({ id: one }) => one)}
          calendars={calendars}
          choices={{
            departments: departments.map(option),
            categories: categories.map(({ id: value, name, department }) => ({ value, name: `${name} (${department.name})` })),
            fields: fields.map(({ key, name }) => ({ key, name })),
            named: (policy ?? copied)?.names.map(option) ?? [],
          }}
          actionChoices={{
            person: people.map(named),
            department: departments.map(named),
            category: categories.map(named),
            webhook: hooks.map(named),
          }}
          timeZone={person.timeZone}
        />
      </Texts>
    </>
  )
}
