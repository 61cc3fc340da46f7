import { call } from '@orpc/server'
import { MessageSquareText, Sparkles } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { EditMacro, EditResponse, MacroMenu, ResponseMenu } from '@/components/tickets/edit-canned'
import { GoneTargets } from '@/components/tickets/gone'
import { MacroSummary } from '@/components/tickets/macro-summary'
import { DataTable } from '@/components/ui/data-table'
import { Empty, PageHeader } from '@/components/ui/layout'
import { listPeople } from '@/lib/accounts/queries'
import { listDepartments } from '@/lib/directory/departments'
import { listCannedResponses } from '@/lib/tickets/canned/canned-responses'
import { listMacros } from '@/lib/tickets/canned/macros'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.canned'))('title') })

export default async function Answers() {
  const t = await getTranslations('settingsPages')
  const common = await getTranslations('common')
  const tickets = await getTranslations('tickets')
  const { person } = await signedIn()
  const [{ items: responses }, { items: macros }, { items: departments }, { items: people }] = await Promise.all([
    load((context) => call(listCannedResponses, undefined, { context })),
    load((context) => call(listMacros, undefined, { context })),
    load((context) => call(listDepartments, undefined, { context })),
    load((context) => call(listPeople, { limit: 200, kind: 'staff' }, { context })),
  ])
  const named = ({ id, name }: { id: string; name: string }) => ({ id, name })
  const choices = { department: departments.map(named), person: people.map(named) }
  const about = { choices, permissions: person.permissions }
  return (
    <Texts of={['tickets']}>
      <div className="grid gap-10">
        <section>
          <PageHeader title={t('responses.title')} says={t('responses.says')}>
            {responses.length > 0 && <EditResponse {...about} />}
          </PageHeader>
          <DataTable
            label={t('responses.title')}
            columns={[{ name: common('name') }, { name: t('canned.scope') }, { name: t('responses.uses'), isNumber: true, from: 'sm' }]}
            rows={responses.map((response) => ({
              id: response.id,
              cells: [response.name, tickets(`scopes.${response.scope}`), response.usedCount],
              menu: <ResponseMenu response={response} {...about} />,
            }))}
            empty={
              <Empty icon={<MessageSquareText />} title={t('responses.none')} action={<EditResponse {...about} />}>
                {t('responses.noneSays')}
              </Empty>
            }
          />
        </section>
        <section>
          <PageHeader title={t('macros.title')} says={t('macros.says')}>
            {macros.length > 0 && <EditMacro {...about} />}
          </PageHeader>
          <DataTable
            label={t('macros.title')}
            columns={[{ name: common('name') }, { name: t('macros.changes'), from: 'sm' }, { name: t('canned.scope') }]}
            rows={macros.map((macro) => ({
              id: macro.id,
              menu: <MacroMenu macro={macro} {...about} />,
              cells: [
                {
                  value: macro.name,
                  show: (
                    <>
                      <bdi>{macro.name}</bdi>
                      <GoneTargets gone={macro.gone} of="macro" />
                    </>
                  ),
                },
                { value: null, show: <MacroSummary changes={macro.changes} hasText={macro.bodyHtml !== null} choices={choices} /> },
                tickets(`scopes.${macro.scope}`),
              ],
            }))}
            empty={
              <Empty icon={<Sparkles />} title={t('macros.none')} action={<EditMacro {...about} />}>
                {t('macros.noneSays')}
              </Empty>
            }
          />
        </section>
      </div>
    </Texts>
  )
}
