import { z } from 'zod'

export const actionEvents = {
  'bulk.started': z.object({ change: z.record(z.string(), z.unknown()), total: z.number(), isUndo: z.boolean() }),
}

type Own = typeof actionEvents
declare module '../../events/event-types' {
  interface EventTypes extends Own {}
}
