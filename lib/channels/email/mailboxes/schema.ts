import { z } from 'zod'
import { msg } from '../../../core/message'
import { instant, stamps } from '../../../core/page'
import { emailInput, nameInput, reference } from '../../../core/schema'
import { lineOfText } from '../../../core/text'
import { accessKinds, mailboxPresets, securities } from './values'

export * from './values'

const mailboxStates = ['connected', 'failing', 'revoked'] as const
/** The servers of accounts that are connected by signing in. */
export const oauthPresets = { google: 'gmail', microsoft: 'outlook' } as const

const fetchProblem = z.object({ folder: z.string(), uid: z.union([z.number().int(), z.string()]), error: z.string() })
/** A message that could not be fetched. */
export type FetchProblem = z.output<typeof fetchProblem>
export const fetchProblems = z.array(fetchProblem).catch([])

/** A server of a mailbox. What is left out is filled in from the preset; the password is kept when it is left out. */
export const serverInput = z.strictObject({
  host: z
    .string()
    .trim()
    .toLowerCase()
    .max(253)
    .regex(/^[a-z0-9.:_-]*$/, msg('mailboxes.host'))
    .optional(),
  port: z.number().int().min(1).max(65535).optional(),
  security: z.enum(securities).optional(),
  /** The address without it. */
  user: z.string().trim().max(320).optional(),
  password: z.string().max(1000).optional(),
})
export type ServerInput = z.output<typeof serverInput>

/** From whom its mail is, for those who get it; in one line, as it becomes part of a header. */
export const senderNameInput = z.string().overwrite(lineOfText).trim().max(120).nullable()

const folderPath = z.string().min(1).max(500)

export const mailboxFields = {
  name: nameInput,
  address: emailInput,
  senderName: senderNameInput.default(null),
  departmentId: z.uuid().nullable().default(null),
  preset: z.enum(mailboxPresets).default('generic'),
  isDefault: z.boolean().default(false),
  isIncoming: z.boolean().default(true),
  isOutgoing: z.boolean().default(true),
  marksSeen: z.boolean().default(false),
  folders: z.array(folderPath).min(1).max(50).default(['INBOX']),
  incoming: serverInput.default({}),
  outgoing: serverInput.default({}),
}

const serverOutput = z.object({
  host: z.string(),
  port: z.number().int().nullable(),
  security: z.enum(securities),
  user: z.string(),
  /** Whether there is one; it is never shown again. */
  hasPassword: z.boolean(),
})

export const mailboxOutput = z.object({
  id: z.uuid(),
  name: z.string(),
  address: z.string(),
  senderName: z.string().nullable(),
  department: reference.nullable(),
  provider: z.enum(['imap', 'google', 'microsoft']),
  access: z.enum(accessKinds),
  preset: z.enum(mailboxPresets),
  isDefault: z.boolean(),
  isIncoming: z.boolean(),
  isOutgoing: z.boolean(),
  marksSeen: z.boolean(),
  folders: z.array(z.string()),
  incoming: serverOutput,
  outgoing: serverOutput,
  state: z.enum(mailboxStates),
  /** Why the last fetch failed, and what to do; null since one went well. */
  lastError: z.string().nullable(),
  lastSendError: z.string().nullable(),
  lastFetchedAt: instant.nullable(),
  fetchSince: instant,
  ...stamps,
})
export type MailboxOutput = z.output<typeof mailboxOutput>

export const mailboxList = z.object({
  items: z.array(mailboxOutput),
  /** Whether accounts of these can be connected here by signing in: the operator registers the installation with each. */
  providers: z.object({ google: z.boolean(), microsoft: z.boolean() }),
})
export type MailboxProviders = z.output<typeof mailboxList>['providers']

export const fetchOutput = z.object({
  id: z.uuid(),
  cause: z.enum(['schedule', 'request', 'idle']),
  startedAt: instant,
  endedAt: instant.nullable(),
  messages: z.number().int(),
  newTickets: z.number().int(),
  newReplies: z.number().int(),
  error: z.string().nullable(),
  problems: z.array(fetchProblem),
})

const tested = z.object({ ok: z.boolean(), error: z.string().nullable() })
/** Null for a direction that was not asked for. */
export const connectionTest = z.object({ incoming: tested.nullable(), outgoing: tested.nullable(), folders: z.array(z.string()) })
