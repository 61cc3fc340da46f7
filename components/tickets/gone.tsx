import { TriangleAlert } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { GoneTarget } from '@/lib/tickets/actions/schema'
import type { GoneReference } from '@/lib/tickets/ticket/schema'

export const Warning = ({ children }: { children: ReactNode }) => (
  <p className="flex items-start gap-1.5 text-sm text-warning">
    <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
    <span className="min-w-0 wrap-anywhere">{children}</span>
  </p>
)

/** What conditions name that is no longer there, and what becomes of them meanwhile. */
export function GoneReferences({ gone, findsNothing, of }: { gone: GoneReference[]; findsNothing: boolean; of: 'view' | 'policy' }) {
  const t = useTranslations('tickets.gone')
  return (
    <>
      {gone.map(({ kind, id, name, isExcluded }) => (
        <Warning key={`${kind} ${name}`}>
          {id ? t('reference', { kind, name }) : t('unknown', { kind, name })}{' '}
          {!findsNothing && t(isExcluded ? 'stillExcluded' : 'stillMatches')}
        </Warning>
      ))}
      {findsNothing && <Warning>{t(`findsNothing.${of}`)}</Warning>}
    </>
  )
}

/** What actions name that is no longer there, and what becomes of them meanwhile. */
export function GoneTargets({ gone, of }: { gone: GoneTarget[]; of: 'macro' | 'escalation' }) {
  const t = useTranslations('tickets.gone')
  return gone.map(({ kind, id, name, place }) => (
    <Warning key={`${place} ${id}`}>
      {t('target', { place: place + 1, kind, name: name ?? '' })} {t(`meanwhile.${of}`)}
    </Warning>
  ))
}
