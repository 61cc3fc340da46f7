import { useTranslations } from 'next-intl'
import type { MacroChange } from '@/lib/tickets/actions/schema'

interface Choices {
  people: { id: string; name: string }[]
  departments: { id: string; name: string }[]
}

/** What a macro does, in one line. */
export function MacroSummary({ changes, hasText, choices }: { changes: MacroChange[]; hasText: boolean; choices: Choices }) {
  const t = useTranslations('tickets')
  const inWords = useChangeWords(choices)
  return [...changes.map(inWords), ...(hasText ? [t('macro.addsText')] : [])].join(', ')
}

function useChangeWords({ people, departments }: Choices) {
  const t = useTranslations('tickets')
  const common = useTranslations('common')
  const named = (from: { id: string; name: string }[], id: string) => from.find((entry) => entry.id === id)?.name ?? t('canned.goneName')
  return (change: MacroChange): string => {
    switch (change.kind) {
      case 'assign':
        return change.assigneeId ? t('macro.assigns', { name: named(people, change.assigneeId) }) : t('macro.unassigns')
      case 'status':
        return t('macro.status', { status: common(`status.${change.status}`) })
      case 'priority':
        return t('macro.priority', { priority: common(`priority.${change.priority}`) })
      case 'department':
        return t('macro.department', { name: named(departments, change.departmentId) })
      case 'tags': {
        const added = change.add.join(', ')
        const removed = change.remove.join(', ')
        if (added && removed) return t('macro.tagsChanged', { added, removed })
        return added ? t('macro.tagsAdded', { added }) : t('macro.tagsRemoved', { removed })
      }
      case 'archive':
        return change.isArchived ? t('macro.archives') : t('macro.unarchives')
      case 'reply':
        return t('macro.replies')
      case 'note':
        return t('macro.notes')
    }
  }
}
