import { z } from 'zod'
import type { Event } from '../db/generated/tenant/client'

/**
 * Every type of event with the shape of its payload. Each domain adds its own in its `events.ts`; the payload is what the
 * audit trail shows.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface EventTypes {}

export type EventType = keyof EventTypes & string
export type EventPayload<T extends EventType> = z.input<EventTypes[T]>

/** An event as it is stored, with the payload that its type has. */
export type EventOf<T extends EventType> = { [K in T]: Omit<Event, 'type' | 'payload'> & { type: K; payload: EventPayload<K> } }[T]

/** Payload of a change of settings: the fields that changed, before and after. */
export const changed = z.object({ before: z.record(z.string(), z.unknown()), after: z.record(z.string(), z.unknown()) })
