import { call } from '@orpc/server'
import { TextCursorInput } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { EditField, FieldMenu } from '@/components/fields/edit-field'
import { DataTable } from '@/components/ui/data-table'
import { Badge, Empty, PageHeader } from '@/components/ui/layout'
import { listDepartments } from '@/lib/directory/departments'
import { listFields } from '@/lib/tickets/fields/fields'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.fields'))('title') })

export default async function Fields() {
  const common = await getTranslations('common')
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
        {mayChange && items.length > 0 && <EditField {...choices} />}
      </PageHeader>
      <DataTable
        label={t('title')}
        file="fields"
        columns={[
          { name: common('name') },
          { name: t('type') },
          { name: common('department'), from: 'sm' },
          { name: t('shown'), from: 'lg' },
          { name: t('position'), isNumber: true, from: 'lg' },
        ]}
        rows={items.map((field) => ({
          id: field.id,
          words: field.key,
          menu: mayChange ? <FieldMenu field={field} {...choices} /> : null,
          cells: [
            {
              value: field.name,
              show: (
                <>
                  <bdi className="block">{field.name}</bdi>
                  <code className="block text-xs font-normal text-muted">{field.key}</code>
                </>
              ),
            },
            kinds(field.kind),
            departments.find(({ id }) => id === field.departmentId)?.name ?? common('all'),
            {
              value: null,
              show: (
                <span className="flex flex-wrap items-center gap-1.5">
                  {field.isRequired && <Badge>{t('required')}</Badge>}
                  {field.isPublic && <Badge>{t('onPortal')}</Badge>}
                  {field.showWhen && (
                    <span className="text-muted">
                      {t('shownWhen', { field: field.showWhen.key, value: String(field.showWhen.equals) })}
                    </span>
                  )}
                </span>
              ),
            },
            field.position,
          ],
        }))}
        empty={
          <Empty icon={<TextCursorInput />} title={t('none')} action={mayChange && <EditField {...choices} />}>
            {t('noneSays')}
          </Empty>
        }
      />
    </Texts>
  )
}
