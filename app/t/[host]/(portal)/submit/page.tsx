import { call } from '@orpc/server'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { fittingLocale, helpCentre } from '@/app/t/kb/help-centre'
import { viewer } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { SubmitForm } from '@/components/tickets/submit-form'
import { PageHeader } from '@/components/ui/layout'
import { newId } from '@/lib/core/id'
import { listPublicCategories } from '@/lib/directory/categories'
import { listPublicDepartments } from '@/lib/directory/departments'
import { listPublicFields } from '@/lib/tickets/fields/fields'
import { submitRequest } from './actions'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('portalPages'))('submit') })

interface Asked {
  title?: string
  departmentId?: string
  categoryId?: string
  /** What an article that did not help is filed under: a category of the same name is chosen. */
  topic?: string
}

export default async function Submit({ searchParams }: { searchParams: Promise<Asked> }) {
  const t = await getTranslations('portalPages')
  const { person } = await viewer()
  const { title = '', ...asked } = await searchParams
  const [departments, categories, fields] = await load((context) =>
    Promise.all([
      call(listPublicDepartments, undefined, { context }),
      call(listPublicCategories, undefined, { context }),
      call(listPublicFields, undefined, { context }),
    ]),
  )
  const topic = [asked.topic].flat()[0]?.toLowerCase()
  const category = categories.items.find(({ id, name }) => id === asked.categoryId || (!asked.categoryId && name.toLowerCase() === topic))
  const departmentId = category?.departmentId ?? departments.items.find(({ id }) => id === asked.departmentId)?.id ?? ''
  return (
    <div className="mx-auto max-w-2xl">
      <PageHeader title={t('submit')} says={person ? t('form.as', { name: person.name, email: person.email }) : t('form.says')} />
      <Texts of={['tickets', 'portal', 'helpCentreSearch']}>
        <SubmitForm
          action={submitRequest}
          given={{ title: ([title].flat()[0] ?? '').slice(0, 200), departmentId, categoryId: category?.id ?? '' }}
          isSignedIn={person !== null}
          isCustomer={person?.role === 'customer'}
          locale={await fittingLocale((await helpCentre()).locales)}
          form={newId()}
          departments={departments.items}
          categories={categories.items}
          fields={fields.items}
        />
      </Texts>
    </div>
  )
}
