import { call } from '@orpc/server'
import { Replace } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { helpCentre, languageName } from '@/app/t/kb/help-centre'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { SynonymForm, SynonymMenu } from '@/components/kb/synonyms'
import { DataTable } from '@/components/ui/data-table'
import { Empty, PageHeader } from '@/components/ui/layout'
import { listSynonyms } from '@/lib/kb/search/synonyms'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('kbPages.synonyms'))('title') })

/** Words that the search of the help centre takes for each other. */
export default async function Synonyms() {
  const t = await getTranslations('kbPages.synonyms')
  const pages = await getTranslations('kbPages')
  const { desk } = await signedIn()
  const { items } = await load((context) => call(listSynonyms, undefined, { context }))
  const { locales } = await helpCentre()
  const languages = [
    ...new Set([desk.locale, ...locales, ...items.map(({ locale }) => locale)].map((locale) => locale.split('-')[0] as string)),
  ]
  const choices = languages.map((value) => ({ value, name: languageName(value) }))
  return (
    <Texts of={['kb']}>
      <div className="mx-auto max-w-3xl px-4 py-5">
        <PageHeader back={{ href: '/agent/kb', name: pages('title') }} title={t('title')} says={t('says')}>
          {items.length > 0 && <SynonymForm languages={choices} />}
        </PageHeader>
        <DataTable
          label={t('title')}
          columns={[
            { name: t('words'), isLong: true },
            { name: t('language'), from: 'sm' },
          ]}
          rows={items.map((synonym) => ({
            id: synonym.id,
            cells: [
              {
                value: synonym.words.join(', '),
                show: (
                  <bdi lang={synonym.locale} className="wrap-anywhere">
                    {synonym.words.join(', ')}
                  </bdi>
                ),
              },
              { value: synonym.locale, show: <span lang={synonym.locale}>{languageName(synonym.locale)}</span> },
            ],
            menu: <SynonymMenu synonym={synonym} languages={choices} />,
          }))}
          empty={
            <Empty icon={<Replace />} title={t('none')} action={<SynonymForm languages={choices} />}>
              {t('noneSays')}
            </Empty>
          }
        />
      </div>
    </Texts>
  )
}
