import { z } from 'zod'
import { msg } from '../../../core/message'
import { instant, stamps } from '../../../core/page'
import { emailInput, nameInput, reference } from '../../../core/schema'
import { lineOfText } from '../../../core/text'

export const mailboxPresets = ['hostinger', 'gmail', 'outlook', 'yahoo', 'generic'] as const
const mailboxStates = ['connected', 'failing', 'revoked'] as const
export const securities = ['tls', 'starttls', 'none'] as const

interface KnownServer {
  host: string
  port: number
  security: (typeof securities)[number]
}

interface Preset {
  incoming: KnownServer | null
  outgoing: KnownServer | null
  /** How the provider's servers name themselves in Authentication-Results; with a dot before it, all beneath a name. */
  authservIds: string[]
  /** How they name themselves in Received, where they say little or nothing of the sender. */
  relays: string[]
}

const tls = (host: string, port: number): KnownServer => ({ host, port, security: 'tls' })
const starttls = (host: string, port: number): KnownServer => ({ host, port, security: 'starttls' })

/** The servers of known providers, as their own instructions name them, and as they name themselves in what they bring. */
export const presets: Record<(typeof mailboxPresets)[number], Preset> = {
  hostinger: {
    incoming: tls('imap.hostinger.com', 993),
    outgoing: tls('smtp.hostinger.com', 465),
    authservIds: [],
    relays: ['hostinger.com', 'hostinger.io'],
  },
  gmail: { incoming: tls('imap.gmail.com', 993), outgoing: tls('smtp.gmail.com', 465), authservIds: ['mx.google.com'], relays: [] },
  outlook: {
    incoming: tls('outlook.office365.com', 993),
    outgoing: starttls('smtp.office365.com', 587),
    authservIds: ['protection.outlook.com', 'outlook.office365.com'],
    relays: [],
  },
  yahoo: { incoming: tls('imap.mail.yahoo.com', 993), outgoing: tls('smtp.mail.yahoo.com', 465), authservIds: ['.yahoo.com'], relays: [] },
  generic: { incoming: null, outgoing: null, authservIds: [], relays: [] },
}

/** The servers of accounts that are connected by signing in. */
export const oauthPresets = { google: 'gmail', microsoft: 'outlook' } as const

/** How an account is reached: by IMAP and SMTP, or by the provider's own interface, where those are closed. */
export const accessKinds = ['imap', 'api'] as const

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
