import { call } from '@orpc/server'
import { Webhook } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { AddHook, DefaultsForm, HookActions } from '@/components/notifications/team'
import { Badge, Card, Empty, PageHeader } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import { getDefaults, listHooks } from '@/lib/notifications/queries'

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await getTranslations('settingsPages.team'))('title') })

export default async function TeamNotifications() {
  const t = await getTranslations('settingsPages.team')
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
        <Card>
          {items.length === 0 ? (
            <Empty icon={<Webhook />} title={t('none')}>
              {t('noneSays')}
            </Empty>
          ) : (
            <ul className="divide-y">
              {items.map(({ lastAt, setAsideUntil, ...hook }) => (
                <li key={hook.id} className="flex flex-wrap items-center gap-3 px-4 py-3">
                  <div className="min-w-0 flex-1 basis-60">
                    <p className="flex flex-wrap items-center gap-2">
                      <span className="font-medium wrap-anywhere">{hook.name}</span>
                      <Badge>{words(`hooks.kinds.${hook.kind}`)}</Badge>
                      {!hook.isActive && <Badge className="text-warning">{t('off')}</Badge>}
                      {setAsideUntil && <Badge className="text-warning">{t('paused')}</Badge>}
                    </p>
                    <p className="text-sm wrap-anywhere text-muted">
                      {hook.host} · {hook.types.map((type) => words(`types.${type}`)).join(' · ')}
                    </p>
                    {lastAt && (
                      <p className={hook.lastError ? 'text-sm text-danger' : 'text-sm text-success'}>
                        {t.rich(hook.lastError ? 'failed' : 'delivered', {
                          error: hook.lastError ?? '',
                          time: () => <Time at={lastAt} timeZone={person.timeZone} />,
                        })}
                      </p>
                    )}
                    {setAsideUntil && (
                      <p className="text-sm text-muted">
                        {t.rich('pausedSays', {
                          failures: hook.failures,
                          time: () => <Time at={setAsideUntil} timeZone={person.timeZone} />,
                        })}
                      </p>
                    )}
                  </div>
                  <HookActions hook={{ ...hook, lastAt, setAsideUntil }} />
                </li>
              ))}
            </ul>
          )}
        </Card>
      </section>
    </div>
  )
}
