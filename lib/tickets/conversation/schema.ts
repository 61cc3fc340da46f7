import { z } from 'zod'
import { type Filled, msg } from '../../core/message'
import { instant } from '../../core/page'
import { attachmentOutput, maxFilesPerMessage } from '../../files/schema'
import { deliveryOutput } from '../../mail/schema'
import { sources } from '../ticket/attribute'
import { maxBodyLength } from './values'

export * from './values'

const text = (ifEmpty: Filled) => z.string().trim().min(1, ifEmpty).max(maxBodyLength, msg('tickets.tooLong'))
export const messageBody = text(msg('tickets.text'))
/** The first message of a ticket. */
export const description = text(msg('tickets.enterDescription'))

/** An event of an invitation, as it was read. */
const mailEvent = z.object({
  method: z.string().nullable(),
  summary: z.string(),
  location: z.string().nullable(),
  /** As written: a date, a local time, or one that ends in Z. */
  start: z.string().nullable(),
  end: z.string().nullable(),
  /** The zone of a local time, as its sender names it. */
  zone: z.string().nullable(),
  /** The instants that these are; null for a date, and where the zone says nothing. */
  startsAt: z.string().nullable(),
  endsAt: z.string().nullable(),
  organizer: z.string().nullable(),
  isRepeated: z.boolean(),
  /** Who answers an invitation, and what. */
  answer: z.object({ by: z.string(), status: z.string() }).nullable(),
})
export type MailEvent = z.output<typeof mailEvent>

export const mailLimits = ['parts', 'depth', 'headers', 'recipients', 'html', 'text', 'files'] as const

/** What an email carries beside words and files. */
export const mailCarries = z.object({
  events: z.array(mailEvent),
  /** How it is signed or encrypted. Whether a signature is genuine is not checked. */
  protection: z.object({ by: z.enum(['smime', 'pgp']), isEncrypted: z.boolean() }).nullable(),
  /** What of it was too much, and was left out; for staff. */
  limits: z.array(z.enum(mailLimits)),
})
export type MailCarries = z.output<typeof mailCarries>

const addressee = z.object({ email: z.string(), name: z.string() })
export const addressees = z.object({ to: z.array(addressee), cc: z.array(addressee) })
/** Addresses as people write them: `ann@shop.example` or `Ann <ann@shop.example>`. */
export const addressList = z.array(z.string().trim().min(1).max(500)).max(100)

/** Somebody beside the requester who takes part. */
export const participantOutput = z.object({
  /** Of the contact. */
  id: z.uuid(),
  name: z.string(),
  /** For staff. */
  email: z.string().nullable(),
  /** From when on they see the public conversation. */
  since: instant,
  /** A mail named them whose sender nobody has proven; for staff. */
  isNamedByUnproven: z.boolean(),
  /** Their address is that of a member of staff, who takes part as a customer would; for staff. */
  isStaff: z.boolean(),
})
export type ParticipantOutput = z.output<typeof participantOutput>

export const messageOutput = z.object({
  id: z.uuid(),
  kind: z.enum(['description', 'reply', 'note']),
  attachments: z.array(attachmentOutput),
  isSolution: z.boolean(),
  /** For staff. */
  isFlagged: z.boolean(),
  /** How many of the staff like it, and whether the caller does; for staff. */
  likes: z.number().int(),
  isLiked: z.boolean(),
  editedAt: instant.nullable(),
  /** The caller wrote this note a moment ago and may still change it. */
  mayEdit: z.boolean(),
  author: z.object({ kind: z.enum(['contact', 'person', 'system']), id: z.uuid().nullable(), name: z.string() }),
  bodyText: z.string(),
  bodyHtml: z.string().nullable(),
  quotedText: z.string().nullable(),
  quotedHtml: z.string().nullable(),
  isStranger: z.boolean(),
  /** Nobody wrote it. */
  isAutomatic: z.boolean(),
  source: z.enum(sources),
  /** What became of the mail that carried it; for staff, and null for what went out by no mail. */
  delivery: deliveryOutput.nullable(),
  /** Of a message that came by mail. */
  mail: mailCarries
    .extend({
      /** The email as it came in, and what was found of who sent it; for staff. */
      id: z.uuid().nullable(),
      authentication: z.enum(['pass', 'fail', 'not_checked']).nullable(),
    })
    .nullable(),
  /** Whom an answer went to by mail, and to whom a mail that came in was written; for staff. */
  addressees: addressees.nullable(),
  createdAt: instant,
})
export type MessageOutput = z.output<typeof messageOutput>

/** Rich text as the editor writes it; what else is in it is taken out. */
export const richBody = z.string().max(maxBodyLength, msg('tickets.tooLong'))

export const attachmentIds = z.array(z.uuid()).max(maxFilesPerMessage, msg('tickets.tooManyFiles', { maximum: maxFilesPerMessage }))

/** Minutes in which a note's writer may still change it. */
export const noteEditMinutes = 15

export const draftKinds = ['reply', 'note'] as const
export type DraftKind = (typeof draftKinds)[number]

export const draftOutput = z.object({
  kind: z.enum(draftKinds),
  version: z.number().int(),
  bodyHtml: z.string(),
  /** Whom it goes to, where its writer chose. */
  addressees: z.object({ to: addressList, cc: addressList }).nullable(),
  attachments: z.array(attachmentOutput),
  /** It was sent and goes out then; until then it can be taken back. */
  sendAt: instant.nullable(),
  error: z.string().nullable(),
  updatedAt: instant,
})
export type DraftOutput = z.output<typeof draftOutput>
