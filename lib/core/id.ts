import { v7 } from 'uuid'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** A new UUIDv7: sorts by the time it was made. */
export const newId = (): string => v7()

/** A UUIDv7 as if made at `at`; the demo seed writes history with it. */
export const newIdAt = (at: Date): string => v7({ msecs: at.getTime() })

export const isId = (value: string): boolean => UUID.test(value)
