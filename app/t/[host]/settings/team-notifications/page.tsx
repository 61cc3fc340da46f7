import { call } from '@orpc/server'
import { Webhook } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { AddHook, DefaultsForm, HookMenu } from '@/components/notifications/team'
import { cn } from '@/components/ui/cn'
import { DataTable } from '@/components/ui/data-table'
import { Badge, Empty, PageHeader } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import { getDefaults, listHooks } from '@/lib/notifications/queries'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.team'))('title') })

export default async function TeamNotifications() {
  const t = await getTranslations('settingsPages.team')
  const common = await getTranslations('common')
  const words = await getTranslations('notifications')
  const { person } = await signedIn()
  const { version, types } = await load((context) => call(getDefaults, undefined, { context }))
  const { items } = await load((context) => call(listHooks, undefined, { context }))
  return (
    <div className="grid gap-8">
      <section>
        <PageHeader title={t('title')} says={t('says')} />
        <DefaultsForm key={version} version={version} types={types} />
      </section>
      <section>
        <div className="mb-3 flex flex-wrap items-start justify-between gap-3">
          <div>
            <h2 className="text-lg font-semibold">{t('hooks')}</h2>
            <p className="text-sm text-muted">{t('hooksSays')}</p>
          </div>
          <AddHook />
        </div>
        <DataTable
          label={t('hooks')}
          columns={[{ name: common('name') }, { name: t('sends'), from: 'lg' }, { name: t('lastDelivery') }]}
          rows={items.map(({ lastAt, setAsideUntil, ...hook }) => ({
            id: hook.id,
            menu: <HookMenu hook={{ ...hook, lastAt, setAsideUntil }} />,
            cells: [
              {
                value: hook.name,
                show: (
                  <>
                    <span className="flex flex-wrap items-center gap-2">
                      <bdi>{hook.name}</bdi>
                      {!hook.isActive && <Badge className="text-warning">{t('off')}</Badge>}
                      {setAsideUntil && <Badge className="text-warning">{t('paused')}</Badge>}
                    </span>
                    <span className="block text-xs font-normal text-muted">
                      {hook.host} · {words(`hooks.kinds.${hook.kind}`)}
                    </span>
                  </>
                ),
              },
              hook.types.map((type) => words(`types.${type}`)).join(' · '),
              {
                value: lastAt?.getTime() ?? null,
                show: (
                  <>
                    {lastAt && (
                      <span className={cn('block', hook.lastError ? 'text-danger' : 'text-success')}>
                        {t.rich(hook.lastError ? 'failed' : 'delivered', {
                          error: hook.lastError ?? '',
                          time: () => <Time at={lastAt} timeZone={person.timeZone} />,
                        })}
                      </span>
                    )}
                    {setAsideUntil && (
                      <span className="block text-muted">
                        {t.rich('pausedSays', {
                          failures: hook.failures,
                          time: () => <Time at={setAsideUntil} timeZone={person.timeZone} />,
                        })}
                      </span>
                    )}
                  </>
                ),
              },
            ],
          }))}
          empty={
            <Empty icon={<Webhook />} title={t('none')}>
              {t('noneSays')}
            </Empty>
          }
        />
      </section>
    </div>
  )
}
