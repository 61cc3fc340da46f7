'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { controlsOf } from '@/lib/tickets/actions/action-kinds'
import type { BulkChange, BulkPreview } from '@/lib/tickets/actions/schema'
import type { MacroOutput } from '@/lib/tickets/canned/schema'
import { type ActionChoices, chosenIn, useActionWords } from './action-words'
import { MacroSummary } from './macro-summary'

interface Props {
  change: BulkChange
  preview: BulkPreview
  choices: ActionChoices
  macros: readonly MacroOutput[]
  isPending: boolean
  onCancel: () => void
  onConfirm: () => void
}

/** What a change of many tickets will do, and whom it will be told. */
export function BulkConfirm({ change, preview: { chosen, changed, mailed }, choices, macros, isPending, onCancel, onConfirm }: Props) {
  const { kind } = change
  const t = useTranslations('tickets.bulk')
  const common = useTranslations('common.actions')
  const ui = useTranslations('ui')
  const words = useActionWords(choices)
  const fields = controlsOf(kind).flatMap(([field, control]) => {
    const value = (change as Record<string, unknown>)[field]
    if (value === undefined || (Array.isArray(value) && value.length === 0)) return []
    const option = words.optionsOf(control)?.find((each) => each.value === chosenIn(value))
    return [{ label: words.label(control), value: option?.name ?? words.said(control, value) }]
  })
  const isDangerous = fields.length === 0
  const left = chosen - changed
  const macro = 'macroId' in change ? macros.find(({ id }) => id === change.macroId) : undefined
  return (
    <Dialog
      title={fields.length > 0 ? t('confirm', { count: changed }) : common(kind)}
      isOpen
      onOpenChange={(isOpen) => !isOpen && onCancel()}
    >
      <div className="grid gap-4">
        <ul className="grid gap-1 text-sm">
          {fields.map(({ label, value }) => (
            <li key={label} className="font-medium">
              {label}: {value}
            </li>
          ))}
          {macro && (
            <li className="text-muted">
              <MacroSummary changes={macro.changes} hasText={false} choices={choices} />
            </li>
          )}
          <li>{t('willChange', { count: changed })}</li>
          {left > 0 && <li>{t('willNotChange', { count: left })}</li>}
          <li>{t('willMail', { count: mailed })}</li>
        </ul>
        <div className="flex justify-end gap-2">
          <Button onClick={onCancel}>{ui('cancel')}</Button>
          <Button
            variant={isDangerous ? 'danger' : 'primary'}
            autoFocus={!isDangerous}
            isPending={isPending}
            disabled={changed === 0}
            onClick={onConfirm}
          >
            {t('confirm', { count: changed })}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
