'use client'

import { RefreshCw, RotateCcw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { useAction } from '@/components/ui/use-action'
import type { MailReason, MailStep, Replay } from '@/lib/channels/email/schema'
import { isSameResult } from '@/lib/channels/email/values'
import { api } from '@/lib/wiring/client'

interface Props {
  id: string
  steps: Record<MailStep, string>
  reasons: Record<MailReason, string>
}

/** Decides an email again, from what was known when it came or from what is known now, and says what would be otherwise. */
export function ReplayMail({ id, steps, reasons }: Props) {
  const t = useTranslations('settings.mail')
  const [found, setFound] = useState<(Replay & { isRefreshed: boolean }) | null>(null)
  const ask = async (refresh: boolean) => setFound({ ...(await api.mail.replay({ id, refresh })), isRefreshed: refresh })
  const stored = useAction(() => ask(false), { onDone: () => false })
  const refreshed = useAction(() => ask(true), { onDone: () => false })
  return (
    <div className="mt-4 grid gap-3 border-t pt-4 text-sm">
      <div className="flex flex-wrap items-center gap-2">
        <Button size="small" isPending={stored.isPending} onClick={() => void stored.run(null)}>
          <RotateCcw aria-hidden /> {t('replay')}
        </Button>
        <Button size="small" isPending={refreshed.isPending} onClick={() => void refreshed.run(null)}>
          <RefreshCw aria-hidden /> {t('checkAgain')}
        </Button>
      </div>
      <p className="text-muted">{t('replaySays')}</p>
      <div role="status">{found && <Result found={found} steps={steps} reasons={reasons} />}</div>
    </div>
  )
}

function Result({ found, steps, reasons }: { found: Replay & { isRefreshed: boolean } } & Omit<Props, 'id'>) {
  const t = useTranslations('settings.mail')
  const { isSame, isRefreshed, before, after, changes, parts } = found
  const said = (reason: MailReason | null) => (reason ? reasons[reason] : t('notReached'))
  const same = <p className="font-medium">{t('sameResult', { result: t(`outcomes.${after}`) })}</p>
  if (isSame) return same
  if (!before) return <p className="font-medium">{t('resultNow', { result: t(`outcomes.${after}`) })}</p>
  return (
    <div className="grid gap-3">
      {isSameResult(found) ? same : <p className="font-medium">{t(isRefreshed ? 'otherNow' : 'otherFromStored')}</p>}
      <dl className="grid gap-3">
        {before !== after && <Difference name={t('result')} before={t(`outcomes.${before}`)} after={t(`outcomes.${after}`)} />}
        {changes.map(({ step, before: was, after: is }) => (
          <Difference key={step} name={steps[step]} before={said(was)} after={said(is)} />
        ))}
      </dl>
      {parts.length > 0 && (
        <ul className="list-disc ps-5">
          {parts.map((part) => (
            <li key={part}>{t(`otherParts.${part}`)}</li>
          ))}
        </ul>
      )}
    </div>
  )
}

function Difference({ name, before, after }: Record<'name' | 'before' | 'after', string>) {
  const t = useTranslations('settings.mail')
  return (
    <div className="grid gap-x-4 sm:grid-cols-[9rem_minmax(0,1fr)]">
      <dt className="text-muted">{name}</dt>
      <dd>{t('wasThen', { result: before })}</dd>
      <dd className="font-medium sm:col-start-2">{t('isNow', { result: after })}</dd>
    </div>
  )
}
