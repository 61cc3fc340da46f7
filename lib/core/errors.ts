import { ORPCError } from '@orpc/client'
import { z } from 'zod'

/** What is wrong with each field, by its dotted path; '' is the whole. */
export const fieldErrors = z.record(z.string(), z.array(z.string()))
export type FieldErrors = z.infer<typeof fieldErrors>

/** Every error the product answers with. Anything else is a defect and becomes a bare 500. */
export const errorCatalogue = {
  UNAUTHENTICATED: { status: 401, message: 'Sign in to do this.' },
  FORBIDDEN: { status: 403, message: 'You are not allowed to do this.' },
  NOT_FOUND: { status: 404, message: 'There is no such thing, or you may not see it.' },
  CONFLICT: {
    status: 409,
    message: 'This changed while you were working on it.',
    data: z.object({ currentVersion: z.number().optional() }).optional(),
  },
  TOO_LARGE: { status: 413, message: 'The request is too large.' },
  INVALID: {
    status: 422,
    message: 'Some of what was sent is not valid.',
    data: z.object({ fields: fieldErrors }).optional(),
  },
  RATE_LIMITED: {
    status: 429,
    message: 'Too many requests.',
    data: z.object({ retryAfterSeconds: z.number() }).optional(),
  },
  UNAVAILABLE: { status: 503, message: 'This cannot be done right now. Try again in a moment.' },
} as const

export type ErrorCode = keyof typeof errorCatalogue

const make = <C extends ErrorCode, D = undefined>(code: C, message?: string, data?: D) =>
  new ORPCError(code, {
    status: errorCatalogue[code].status,
    message: message ?? errorCatalogue[code].message,
    data,
  })

export const unauthenticated = (message?: string) => make('UNAUTHENTICATED', message)
export const forbidden = (message?: string) => make('FORBIDDEN', message)
export const notFound = (what: string) => make('NOT_FOUND', `${what} was not found.`)
export const unavailable = (message?: string) => make('UNAVAILABLE', message)
export const tooLarge = (message?: string) => make('TOO_LARGE', message)

/** @param currentVersion the version stored now, so that the caller can read again and merge */
export const conflict = (message?: string, currentVersion?: number) => make('CONFLICT', message, { currentVersion })

export const invalid = (fields: FieldErrors, message?: string) => make('INVALID', message ?? Object.values(fields)[0]?.[0], { fields })

export const rateLimited = (retryAfterSeconds: number) =>
  make('RATE_LIMITED', `Too many requests. Try again in ${retryAfterSeconds} s.`, { retryAfterSeconds })

export const isError = (error: unknown, code: ErrorCode): boolean => error instanceof ORPCError && error.code === code
