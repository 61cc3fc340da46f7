'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/field'
import { useAction } from '@/components/ui/use-action'
import type { ConditionsOutput } from '@/lib/sla/schema'
import { api } from '@/lib/wiring/client'
import { ConditionNotices } from './policy-notices'

const waitMs = 400

interface Props {
  /** Null for a new one. */
  id: string | null
  filter: string
  isActive: boolean
  /** The policies in their order. */
  order: string[]
  aboveId: string | null
  onAbove: (id: string | null) => void
}

/** Whether tickets can come under the policy as it stands in the form, asked while it is written. */
export function ConditionsCheck({ id, filter, isActive, order, aboveId, onAbove }: Props) {
  const t = useTranslations('slaSettings.reach')
  const [says, setSays] = useState<ConditionsOutput | null>(null)
  // Above which policy it would be reached; stays while it is placed there.
  const [above, setAbove] = useState<{ id: string; name: string } | null>(null)
  const moved = useTranslations('slaSettings.policies')('moved')
  const move = useAction(api.sla.order, { success: moved })
  useEffect(() => {
    let isOver = false
    const timer = setTimeout(async () => {
      const found = await api.sla
        .checkConditions({ filter, isActive, ...(id ? { id } : {}), ...(aboveId ? { aboveId } : {}) })
        .catch(() => null) // asked again with the next change
      if (isOver) return
      setSays(found)
      const first = found?.shadowedBy.toSorted((one, other) => order.indexOf(one.id) - order.indexOf(other.id))[0]
      if (found?.moveHelps && first) setAbove(first)
      else if (!aboveId) setAbove(null)
    }, waitMs)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [filter, isActive, id, aboveId, order])
  const moveUp = (to: string) => {
    const others = order.filter((each) => each !== id)
    return move.run({ ids: others.toSpliced(others.indexOf(to), 0, id as string) })
  }
  return (
    <div role="status" className="grid gap-2 empty:hidden">
      {says?.problem && <p className="text-sm text-danger">{says.problem}</p>}
      {says && (
        <ConditionNotices says={says}>
          {id && above && (
            <Button size="small" className="justify-self-start" isPending={move.isPending} onClick={() => void moveUp(above.id)}>
              {t('moveAbove', { name: above.name })}
            </Button>
          )}
        </ConditionNotices>
      )}
      {!id && above && (
        <Checkbox
          label={t('createAbove', { name: above.name })}
          checked={aboveId === above.id}
          onChange={(event) => onAbove(event.target.checked ? above.id : null)}
        />
      )}
    </div>
  )
}
