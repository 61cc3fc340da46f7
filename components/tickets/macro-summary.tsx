import { useTranslations } from 'next-intl'
import type { MessageKey } from '@/lib/core/message'
import { controlsOf } from '@/lib/tickets/actions/action-kinds'
import type { MacroChange } from '@/lib/tickets/actions/schema'
import { type ActionChoices, useActionWords } from './action-words'

/** What a macro does, in one line. */
export function MacroSummary({ changes, hasText, choices }: { changes: MacroChange[]; hasText: boolean; choices: ActionChoices }) {
  const t = useTranslations()
  const words = useActionWords(choices)
  const sentence = (change: MacroChange) => {
    // A kind without its sentence does not compile.
    const key: MessageKey = `tickets.macro.says.${change.kind}`
    const data = change as Record<string, unknown>
    const values = Object.fromEntries(controlsOf(change.kind).map(([field, control]) => [field, words.said(control, data[field])]))
    return t(key as 'tickets.macro.says.tags', values as { add: string; remove: string }).trim()
  }
  return [...changes.map(sentence), ...(hasText ? [t('tickets.macro.addsText')] : [])].join(', ')
}
