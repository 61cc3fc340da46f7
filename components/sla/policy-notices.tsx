import { useFormatter, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { GoneReferences, GoneTargets, Warning } from '@/components/tickets/gone'
import type { ConditionsOutput, PolicyOutput } from '@/lib/sla/schema'

/** Why no ticket comes under a policy, and what it names that is gone. */
export function ConditionNotices({
  says,
  children,
}: {
  says: Pick<ConditionsOutput, 'gone' | 'findsNothing' | 'neverApplies' | 'shadowedBy' | 'moveHelps'>
  children?: ReactNode
}) {
  const t = useTranslations('slaSettings.reach')
  const format = useFormatter()
  const { gone, findsNothing, neverApplies, shadowedBy, moveHelps } = says
  return (
    <>
      <GoneReferences gone={gone} findsNothing={findsNothing} of="policy" />
      {neverApplies === 'contradiction' && <Warning>{t('contradiction')}</Warning>}
      {neverApplies === 'shadowed' && (
        <>
          <Warning>{t('shadowed', { names: format.list(shadowedBy.map(({ name }) => name)), count: shadowedBy.length })}</Warning>
          {moveHelps ? children : <p className="text-sm">{t('same')}</p>}
        </>
      )}
    </>
  )
}

/** All that is wrong with a policy that is kept. */
export function PolicyNotices({ policy, children }: { policy: PolicyOutput; children?: ReactNode }) {
  return (
    <>
      <ConditionNotices says={policy}>{children}</ConditionNotices>
      <GoneTargets gone={policy.goneTargets} of="escalation" />
    </>
  )
}
