'use client'

import { useRouter } from 'next/navigation'
import { useAction } from '@/components/ui/use-action'
import { api } from '@/lib/wiring/client'

/** Makes an article and goes to where it is written. */
export function useNewArticle() {
  const router = useRouter()
  return useAction(api.kb.createArticle, {
    isForm: true,
    onDone({ id }) {
      router.push(`/agent/kb/${id}`)
      return false
    },
  })
}
