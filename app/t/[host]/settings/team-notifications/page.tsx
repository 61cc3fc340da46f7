import { call } from '@orpc/server'
import { Webhook } from 'lucide-react'
import type { Metadata } from 'next'
import { load } from '@/app/load'
import { signedIn } from '@/app/t/viewer'
import { AddHook, DefaultsForm, HookActions } from '@/components/notifications/team'
import { Badge, Card, Empty, PageHeader } from '@/components/ui/layout'
import { Time } from '@/components/ui/time'
import { getDefaults, listHooks } from '@/lib/notifications/queries'
import { notificationKinds } from '@/lib/notifications/schema'

export const metadata: Metadata = { title: 'Team notifications' }

export default async function TeamNotifications() {
  const { person } = await signedIn()
  const { version, types } = await load((context) => call(getDefaults, undefined, { context }))
  const { items } = await load((context) => call(listHooks, undefined, { context }))
  return (
    <div className="grid gap-8">
      <section>
        <PageHeader title="Team notifications" says="What everybody is told at first; each person may choose otherwise." />
        <DefaultsForm key={version} version={version} types={types} />
      </section>
      <section>
        <div className="mb-3 flex flex-wrap items-start justify-between gap-3">
          <div>
            <h2 className="text-lg font-semibold">Addresses outside</h2>
            <p className="text-sm text-muted">A room of your chat, or a program of yours, is told as well.</p>
          </div>
          <AddHook />
        </div>
        <Card>
          {items.length === 0 ? (
            <Empty icon={<Webhook />} title="No addresses yet">
              Add the incoming webhook of a Slack channel, and new tickets show there.
            </Empty>
          ) : (
            <ul className="divide-y">
              {items.map((hook) => (
                <li key={hook.id} className="flex flex-wrap items-center gap-3 px-4 py-3">
                  <div className="min-w-0 flex-1 basis-60">
                    <p className="flex flex-wrap items-center gap-2">
                      <span className="font-medium wrap-anywhere">{hook.name}</span>
                      <Badge>{hook.kind === 'slack' ? 'Slack' : 'JSON'}</Badge>
                      {!hook.isActive && <Badge className="text-warning">Off</Badge>}
                    </p>
                    <p className="text-sm wrap-anywhere text-muted">
                      {hook.host} · {hook.types.map((type) => notificationKinds[type].name).join(' · ')}
                    </p>
                    {hook.lastAt && (
                      <p className={hook.lastError ? 'text-sm text-danger' : 'text-sm text-success'}>
                        {hook.lastError ? `Could not be told: ${hook.lastError}` : 'Told'}{' '}
                        <Time at={hook.lastAt} timeZone={person.timeZone} />
                      </p>
                    )}
                  </div>
                  <HookActions hook={hook} />
                </li>
              ))}
            </ul>
          )}
        </Card>
      </section>
    </div>
  )
}
