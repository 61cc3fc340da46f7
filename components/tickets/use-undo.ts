'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { toast } from '@/components/ui/toast'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/wiring/client'
import { useOwnVersion } from './own-version'
import { tell } from './queue/cache'

/** A kind of change to one ticket that can be taken back. */
export type Undoable = Parameters<typeof api.tickets.undo>[0]['change']

/** Says what became of a ticket, with a way back for as long as nobody was told of it. */
export function useUndo(id: string) {
  const t = useTranslations('tickets')
  const client = useQueryClient()
  const { inTurn, undoSeconds } = useOwnVersion()
  const back = useAction(
    (change: Undoable) =>
      inTurn(
        async () => {
          const undone = await api.tickets.undo({ id, change })
          if (undone.ticket) tell(client, [undone.ticket])
          return undone
        },
        ({ ticket }) => ticket?.version,
      ),
    { success: t('changeUndone') },
  )
  return (change: Undoable, says: string) =>
    toast.success(says, {
      // A newer change of the same takes the place of what undoes the older.
      id: `${id}:${change}`,
      ...(undoSeconds > 0 ? { duration: undoSeconds * 1000, action: { label: t('undo'), onClick: () => void back.run(change) } } : {}),
    })
}
