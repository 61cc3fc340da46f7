import { ORPCError } from '@orpc/client'
import { z } from 'zod'
import { type ErrorText, type Filled, msg, type PlainKey } from './message'

/** What is wrong with each field, by its dotted path; '' is the whole. */
export const fieldErrors = z.record(z.string(), z.array(z.string()))
export type FieldErrors = Record<string, ErrorText[]>

/** Which of several actions on a ticket was refused. */
const refusedAction = z.object({ kind: z.string(), place: z.number() }).optional()

/** Every error the product answers with. Anything else is a defect and becomes a bare 500. What it says by itself is `errors.codes`. */
export const errorCatalogue = {
  UNAUTHENTICATED: { status: 401 },
  FORBIDDEN: { status: 403 },
  NOT_FOUND: { status: 404 },
  CONFLICT: { status: 409, data: z.object({ currentVersion: z.number().optional(), action: refusedAction }).optional() },
  TOO_LARGE: { status: 413 },
  INVALID: { status: 422, data: z.object({ fields: fieldErrors, action: refusedAction }).optional() },
  RATE_LIMITED: { status: 429, data: z.object({ retryAfterSeconds: z.number() }).optional() },
  UNAVAILABLE: { status: 503, data: z.object({ retryAfterSeconds: z.number() }).optional() },
} as const

export type ErrorCode = keyof typeof errorCatalogue

// Errors are thrown where nobody knows the reader's language: `message` is a key of the catalogue until the procedure is left.
const make = <C extends ErrorCode, D = undefined>(code: C, text: ErrorText = `codes.${code}`, data?: D) =>
  new ORPCError(code, { status: errorCatalogue[code].status, message: text, data })

export const unauthenticated = (text?: ErrorText) => make('UNAUTHENTICATED', text)
export const forbidden = (text?: ErrorText) => make('FORBIDDEN', text)
const unavailableSeconds = 10
export const unavailable = (text?: ErrorText) => make('UNAVAILABLE', text, { retryAfterSeconds: unavailableSeconds })
export const tooLarge = (text?: ErrorText) => make('TOO_LARGE', text)

type Plain<K> = K extends `notFound.${infer Name}` ? Name : never

/** @param what a name of `errors.notFound`, or one with its values from `msg` */
export const notFound = (what: Plain<PlainKey> | Filled) => make('NOT_FOUND', isFilled(what) ? what : `notFound.${what}`)

const isFilled = (text: string): text is Filled => text.includes('.')

/** @param currentVersion the version stored now, so that the caller can read again and merge */
export const conflict = (text?: ErrorText, currentVersion?: number) => make('CONFLICT', text, { currentVersion })

/** Says what is wrong with the first field, unless there is something to say of the whole. */
export const invalid = (fields: FieldErrors, text?: ErrorText) => make('INVALID', text ?? Object.values(fields)[0]?.[0], { fields })

export const rateLimited = (retryAfterSeconds: number) =>
  make('RATE_LIMITED', msg('rateLimited', { seconds: retryAfterSeconds }), { retryAfterSeconds })

export const isError = (error: unknown, code: ErrorCode): boolean => error instanceof ORPCError && error.code === code
