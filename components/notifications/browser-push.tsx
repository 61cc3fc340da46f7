'use client'

import { MonitorSmartphone } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/layout'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/wiring/client'

type State = 'asking' | 'unsupported' | 'denied' | 'off' | 'on'

const worker = '/push.js'
const isSupported = () => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window

const current = async () => (await navigator.serviceWorker.getRegistration(worker))?.pushManager.getSubscription()

async function readState(): Promise<State> {
  if (!isSupported()) return 'unsupported'
  if (Notification.permission === 'denied') return 'denied'
  const subscription = await current()
  if (!subscription) return 'off'
  // Someone else may have used this browser before, or the session that asked is over.
  return (await api.notifications.knowsBrowser({ endpoint: subscription.endpoint })).isKnown ? 'on' : 'off'
}

async function turnOn() {
  if ((await Notification.requestPermission()) !== 'granted') return
  await navigator.serviceWorker.register(worker)
  const { pushManager } = await navigator.serviceWorker.ready
  const { key } = await api.notifications.pushKey()
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  const { endpoint, keys } = subscription.toJSON() as { endpoint: string; keys: { p256dh: string; auth: string } }
  await api.notifications.subscribe({ endpoint, keys })
}

async function turnOff() {
  const subscription = await current()
  if (!subscription) return
  await api.notifications.unsubscribe({ endpoint: subscription.endpoint })
  await subscription.unsubscribe()
}

/** Lets this one browser be woken; each browser is asked on its own. */
export function BrowserPush({ browsers }: { browsers: number }) {
  const t = useTranslations('notifications.push')
  const [state, setState] = useState<State>('asking')
  const [failure, setFailure] = useState<string | null>(null)
  useEffect(() => {
    readState().then(setState, () => setState('off'))
  }, [])
  const toggle = useAction(async () => {
    setFailure(null)
    try {
      await (state === 'on' ? turnOff() : turnOn())
    } catch (error) {
      if (!(error instanceof DOMException)) throw error
      setFailure(t('failed', { reason: error.message }))
    }
    setState(await readState())
  })
  const others = browsers - (state === 'on' ? 1 : 0)
  return (
    <Card className="flex flex-wrap items-center gap-3 p-4">
      <MonitorSmartphone aria-hidden className="size-5 text-muted" />
      <div className="me-auto min-w-0 flex-1 basis-60">
        <p role="status">{t(state)}</p>
        {others > 0 && <p className="text-sm text-muted">{t('others', { count: others })}</p>}
        {failure && (
          <p role="alert" className="text-sm text-danger">
            {failure}
          </p>
        )}
      </div>
      {(state === 'off' || state === 'on') && (
        <Button isPending={toggle.isPending} onClick={() => void toggle.run(undefined)}>
          {t(state === 'on' ? 'turnOff' : 'turnOn')}
        </Button>
      )}
    </Card>
  )
}
