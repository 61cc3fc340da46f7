'use client'

import { useEffect } from 'react'
import { clearKept } from '@/components/ui/use-kept-form'

/** The request was sent: nothing of it is kept in the browser. */
export function ForgetForm() {
  useEffect(() => clearKept('request-form'), [])
  return null
}
