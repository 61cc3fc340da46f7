'use client'

import dynamic from 'next/dynamic'
import { useIsUsed } from '@/components/ui/when-used'
import type { MessageActionsProps } from './message-actions'

// Nothing around it waits for it, and loses the focus.
const MessageActions = dynamic(() => import('./message-actions').then((module) => module.MessageActions), { loading: () => null })

/** What staff do with one message: it stays where one is marked, else it floats over the one that is pointed at. */
export function MessageTools(props: MessageActionsProps) {
  const { isSolution, isFlagged, isLiked, likes, editedAt } = props.message
  const isMarked = isSolution || isFlagged || isLiked || likes > 0 || editedAt !== null
  return useIsUsed() || isMarked ? <MessageActions {...props} isMarked={isMarked} /> : null
}
