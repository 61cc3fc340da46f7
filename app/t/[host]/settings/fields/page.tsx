import { call } from '@orpc/server'
import { TextCursorInput } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { EditField } from '@/components/fields/edit-field'
import { Badge, Card, Empty, PageHeader } from '@/components/ui/layout'
import { listDepartments } from '@/lib/directory/departments'
import { listFields } from '@/lib/tickets/fields/fields'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.fields'))('title') })

export default async function Fields() {
  const kinds = await getTranslations('fields.kinds')
  const t = await getTranslations('settingsPages.fields')
  const { person } = await signedIn()
  const { items } = await load((context) => call(listFields, undefined, { context }))
  const { items: departments } = await load((context) => call(listDepartments, undefined, { context }))
  const mayChange = person.permissions.includes('field.manage')
  const choices = { fields: items, departments: departments.map(({ id, name }) => ({ id, name })) }
  return (
    <Texts of={['fields']}>
      <PageHeader title={t('title')} says={t('says')}>
        {mayChange && <EditField {...choices} />}
      </PageHeader>
      <Card>
        {items.length === 0 ? (
          <Empty icon={<TextCursorInput />} title={t('none')}>
            {t('noneSays')}
          </Empty>
        ) : (
          <ul className="divide-y">
            {items.map((field) => (
              <li key={field.id} className="flex flex-wrap items-center gap-3 px-4 py-3">
                <span className="min-w-0 flex-1">
                  <bdi className="block truncate font-medium">{field.name}</bdi>
                  <span className="block text-sm text-muted">
                    <code>{field.key}</code> · {kinds(field.kind)}
                    {field.departmentId && ` · ${departments.find(({ id }) => id === field.departmentId)?.name ?? ''}`}
                    {field.showWhen && ` · ${t('shownWhen', { field: field.showWhen.key, value: String(field.showWhen.equals) })}`}
                  </span>
                </span>
                {field.isRequired && <Badge>{t('required')}</Badge>}
                {field.isPublic && <Badge>{t('onPortal')}</Badge>}
                {mayChange && <EditField field={field} {...choices} />}
              </li>
            ))}
          </ul>
        )}
      </Card>
    </Texts>
  )
}
