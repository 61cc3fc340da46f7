import { call } from '@orpc/server'
import { MessageSquareText, Sparkles } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { Texts } from '@/app/texts'
import { EditMacro } from '@/components/tickets/edit-macro'
import { EditResponse } from '@/components/tickets/edit-response'
import { GoneTargets } from '@/components/tickets/gone'
import { MacroSummary } from '@/components/tickets/macro-summary'
import { Badge, Card, Empty, PageHeader } from '@/components/ui/layout'
import { listPeople } from '@/lib/accounts/queries'
import { listDepartments } from '@/lib/directory/departments'
import { listCannedResponses } from '@/lib/tickets/canned/canned-responses'
import { listMacros } from '@/lib/tickets/canned/macros'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.canned'))('title') })

export default async function Answers() {
  const t = await getTranslations('settingsPages')
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
  const sharing = { departments: choices.department, mayShare: person.permissions.includes('view.share') }
  const { permissions } = person
  return (
    <Texts of={['tickets']}>
      <div className="grid gap-10">
        <section>
          <PageHeader title={t('responses.title')} says={t('responses.says')}>
            <EditResponse {...sharing} />
          </PageHeader>
          <Card>
            {responses.length === 0 ? (
              <Empty icon={<MessageSquareText />} title={t('responses.none')}>
                {t('responses.noneSays')}
              </Empty>
            ) : (
              <ul className="divide-y">
                {responses.map((response) => (
                  <li key={response.id} className="flex flex-wrap items-center gap-3 px-4 py-3">
                    <bdi className="min-w-0 flex-1 basis-full truncate font-medium sm:basis-0">{response.name}</bdi>
                    <Badge>{tickets(`scopes.${response.scope}`)}</Badge>
                    <span className="text-sm text-muted">{t('responses.used', { count: response.usedCount })}</span>
                    {response.isOwn && <EditResponse response={response} {...sharing} />}
                  </li>
                ))}
              </ul>
            )}
          </Card>
        </section>
        <section>
          <PageHeader title={t('macros.title')} says={t('macros.says')}>
            <EditMacro choices={choices} permissions={permissions} />
          </PageHeader>
          <Card>
            {macros.length === 0 ? (
              <Empty icon={<Sparkles />} title={t('macros.none')}>
                {t('macros.noneSays')}
              </Empty>
            ) : (
              <ul className="divide-y">
                {macros.map((macro) => (
                  <li key={macro.id} className="flex flex-wrap items-center gap-3 px-4 py-3">
                    <span className="min-w-0 flex-1 basis-full sm:basis-0">
                      <bdi className="block truncate font-medium">{macro.name}</bdi>
                      <span className="block text-sm text-muted">
                        <MacroSummary changes={macro.changes} hasText={macro.bodyHtml !== null} choices={choices} />
                      </span>
                      <GoneTargets gone={macro.gone} of="macro" />
                    </span>
                    <Badge>{tickets(`scopes.${macro.scope}`)}</Badge>
                    {macro.isOwn && <EditMacro macro={macro} choices={choices} permissions={permissions} />}
                  </li>
                ))}
              </ul>
            )}
          </Card>
        </section>
      </div>
    </Texts>
  )
}
