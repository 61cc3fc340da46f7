import { call } from '@orpc/server'
import { cache } from 'react'
import { load } from '@/app/load'
import { listViews } from '@/lib/tickets/views/views'

/** Read once per request: the navigation shows them, and the list knows by them what its view is. */
export const savedViews = cache(() => load((context) => call(listViews, undefined, { context })))
