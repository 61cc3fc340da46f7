import { z } from 'zod'
import { msg } from '../core/message'
import { stamps } from '../core/page'
import { type MailVariable, type TemplateEventName, templateEvents } from './values'

export * from './values'

/** What is an address: it becomes a link, and nothing else may stand where a link leads. */
export const urlVariables: ReadonlySet<string> = new Set<MailVariable>(['ticket.url', 'link.url'])

/** Of every reply: what threads it where a mail program asks for nothing else. */
export const fixedSubject = 'Re: [{{ticket.number}}] {{ticket.title}}'

export const templateGroups = ['requester', 'account', 'staff'] as const

export const templateEventNames = Object.keys(templateEvents) as TemplateEventName[]
export const templateEventInput = z.enum(templateEventNames)

export const templateLanguageInput = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^(?:all|[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3})$/, msg('mailTemplates.language'))

export const templateInput = {
  subject: z.string().trim().max(200),
  bodyHtml: z.string().max(20_000),
}

export const mailTemplateOutput = z.object({
  event: templateEventInput,
  language: z.string(),
  /** 0 while nothing is saved: what is shown is the default. */
  version: z.number().int(),
  createdAt: z.date().nullable(),
  updatedAt: z.date().nullable(),
  subject: z.string(),
  bodyHtml: z.string(),
  variables: z.array(z.object({ name: z.string(), says: z.string() })),
})
export type MailTemplateOutput = z.output<typeof mailTemplateOutput>

export const templateSummary = z.object({
  event: templateEventInput,
  /** The languages that the workspace wrote it in; none is the default everywhere. */
  languages: z.array(z.string()),
})

export const previewOutput = z.object({ subject: z.string(), html: z.string(), text: z.string() })
export type MailPreview = z.output<typeof previewOutput>

export const mailIdentityOutput = z.object({
  id: z.uuid(),
  ...stamps,
  /** Of the department. */
  name: z.string(),
  /** Null is the name of the workspace. */
  senderName: z.string().nullable(),
  senderShowsAgent: z.boolean(),
  signatureHtml: z.string().nullable(),
})
export type MailIdentity = z.output<typeof mailIdentityOutput>
