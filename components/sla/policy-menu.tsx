'use client'

import { ArrowDown, ArrowUp } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { ConfirmButton } from '@/components/ui/confirm-button'
import { RowMenu } from '@/components/ui/row-menu'
import { useAction } from '@/components/ui/use-action'
import type { PolicyOutput } from '@/lib/sla/schema'
import { api } from '@/lib/wiring/client'

interface Props {
  policy: PolicyOutput
  isPending: boolean
  /** Null where it stands first or last. */
  onUp: (() => unknown) | null
  onDown: (() => unknown) | null
}

/** What can be done with a policy in its list. */
export function PolicyMenu({ policy, isPending, onUp, onDown }: Props) {
  const { id, name, version, isActive } = policy
  const common = useTranslations('common')
  const t = useTranslations('slaSettings.policies')
  const says = useTranslations('slaSettings.policy')
  const settings = useTranslations('slaSettings')
  const update = useAction(api.sla.update, { success: settings('saved') })
  const remove = useAction(api.sla.delete, { success: says('deleted'), undo: () => api.sla.restore({ id }) })
  const question = { action: common('delete'), title: says('deleteTitle', { name }), says: says('deleteSays') }
  const { description, filterById: filter, evaluation, pausesOnHold, pausesOnWaiting, targets, escalations } = policy
  const kept = { name, description, filter, evaluation, pausesOnHold, pausesOnWaiting, targets, escalations }
  return (
    <RowMenu
      of={name}
      isPending={isPending || update.isPending}
      actions={[
        { verb: 'edit', href: `/settings/sla/${id}` },
        { verb: 'duplicate', href: `/settings/sla/new?copy=${id}` },
        onUp && { name: t('up'), icon: ArrowUp, onUse: onUp },
        onDown && { name: t('down'), icon: ArrowDown, onUse: onDown },
        { verb: isActive ? 'turnOff' : 'turnOn', onUse: () => update.run({ id, version, ...kept, isActive: !isActive }) },
        {
          verb: 'delete',
          dialog: (onClose) => (
            <ConfirmButton {...question} isPending={remove.isPending} onConfirm={() => remove.run({ id })} onClose={onClose} />
          ),
        },
      ]}
    />
  )
}
