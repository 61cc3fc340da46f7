import { call } from '@orpc/server'
import { FolderTree } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { CategoryForm } from '@/components/kb/category-form'
import { CategoryTree } from '@/components/kb/category-tree'
import { Empty, PageHeader } from '@/components/ui/layout'
import { listKbCategories } from '@/lib/kb/articles/categories'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('kbPages.tree'))('title') })

export default async function Categories() {
  const t = await getTranslations('kbPages.tree')
  const pages = await getTranslations('kbPages')
  const { person } = await signedIn()
  const { items } = await load((context) => call(listKbCategories, undefined, { context }))
  const mayManage = person.permissions.includes('kb.manage')
  return (
    <Texts of={['kb']}>
      <div className="mx-auto max-w-3xl px-4 py-5">
        <PageHeader back={{ href: '/agent/kb', name: pages('title') }} title={t('title')} says={mayManage ? t('says') : undefined}>
          {mayManage && <CategoryForm />}
        </PageHeader>
        {items.length === 0 ? (
          <Empty icon={<FolderTree />} title={t('none')}>
            {t('noneSays')}
          </Empty>
        ) : (
          <CategoryTree categories={items} mayManage={mayManage} />
        )}
      </div>
    </Texts>
  )
}
