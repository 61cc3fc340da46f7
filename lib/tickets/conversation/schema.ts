import { z } from 'zod'
import { type Filled, msg } from '../../core/message'
import { instant } from '../../core/page'
import { attachmentOutput, maxFilesPerMessage } from '../../files/schema'
import { deliveryOutput } from '../../mail/schema'
import { sources } from '../ticket/attribute'

export const maxBodyLength = 200_000

const text = (ifEmpty: Filled) => z.string().trim().min(1, ifEmpty).max(maxBodyLength, msg('tickets.tooLong'))
export const messageBody = text(msg('tickets.text'))
/** The first message of a ticket. */
export const description = text(msg('tickets.enterDescription'))

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
  attachments: z.array(attachmentOutput),
  /** It was sent and goes out then; until then it can be taken back. */
  sendAt: instant.nullable(),
  error: z.string().nullable(),
  updatedAt: instant,
})
export type DraftOutput = z.output<typeof draftOutput>
