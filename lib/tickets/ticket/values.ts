import { maxFilterLength } from '../../core/filter-length'

export const metrics = ['first_response', 'next_response', 'resolution'] as const
export type Metric = (typeof metrics)[number]

/** Characters of a search. */
export const maxSearchLength = maxFilterLength
