import { z } from 'zod'
import { msg } from '../core/message'
import { stamps } from '../core/page'

/** What can be filled into a mail, with the key of its words under `mailTemplates.variables`. */
export const mailVariables = {
  'requester.name': 'requesterName',
  'requester.firstName': 'requesterFirstName',
  'requester.email': 'requesterEmail',
  'ticket.number': 'ticketNumber',
  'ticket.title': 'ticketTitle',
  'ticket.url': 'ticketUrl',
  'ticket.closing': 'ticketClosing',
  'ticket.continues': 'ticketContinues',
  'ticket.mergedInto': 'ticketMergedInto',
  'agent.name': 'agentName',
  'agent.firstName': 'agentFirstName',
  'person.name': 'personName',
  'person.firstName': 'personFirstName',
  'link.url': 'linkUrl',
  link: 'link',
  'ticket.link': 'ticketLink',
  'notifications.title': 'notificationsTitle',
  'notifications.count': 'notificationsCount',
  'workspace.name': 'workspaceName',
  reply: 'reply',
  notifications: 'notifications',
} as const

export type MailVariable = keyof typeof mailVariables

/** What is an address: it becomes a link, and nothing else may stand where a link leads. */
export const urlVariables: ReadonlySet<string> = new Set<MailVariable>(['ticket.url', 'link.url'])

/** What is no text: it stands in a paragraph of its own. */
export const blockVariables: ReadonlySet<string> = new Set<MailVariable>(['reply', 'notifications', 'link', 'ticket.link'])

interface TemplateEvent {
  group: 'requester' | 'account' | 'staff'
  /** All that its text may ask for: what is not named here cannot reach the mail. */
  variables: readonly MailVariable[]
  /** One of these has to be there: what the mail is sent for. */
  needs?: readonly MailVariable[]
  /** Whether the subject is the workspace's to write. */
  hasSubject: boolean
}

const ofRequest = ['requester.name', 'requester.firstName', 'requester.email', 'ticket.number', 'ticket.title'] as const
const ofPerson = ['person.name', 'person.firstName', 'workspace.name'] as const
const toRequester = (...more: MailVariable[]): TemplateEvent => ({
  group: 'requester',
  variables: [...ofRequest, ...more, 'ticket.url', 'ticket.link', 'workspace.name'],
  hasSubject: true,
})
const withLink: TemplateEvent = {
  group: 'account',
  variables: [...ofPerson, 'link.url', 'link'],
  needs: ['link', 'link.url'],
  hasSubject: true,
}
const toStaff: TemplateEvent = {
  group: 'staff',
  variables: [...ofPerson, 'notifications.title', 'notifications.count', 'notifications'],
  needs: ['notifications'],
  hasSubject: true,
}

/** The mails that a workspace can write itself, in the order and the groups of the screen. */
export const templateEvents = {
  ticket_received: toRequester(),
  ticket_follow_up: toRequester('ticket.continues'),
  // Mail programs keep a conversation together by its subject too.
  ticket_reply: { ...toRequester('agent.name', 'agent.firstName', 'reply'), needs: ['reply'], hasSubject: false },
  ticket_resolved: toRequester('ticket.closing'),
  ticket_merged: toRequester('ticket.mergedInto'),
  invitation: withLink,
  magic_link: withLink,
  password_reset: withLink,
  notification: toStaff,
  digest: toStaff,
} satisfies Record<string, TemplateEvent>

/** Of every reply: what threads it where a mail program asks for nothing else. */
export const fixedSubject = 'Re: [{{ticket.number}}] {{ticket.title}}'

export const templateGroups = ['requester', 'account', 'staff'] as const

export type TemplateEventName = keyof typeof templateEvents
export const templateEventNames = Object.keys(templateEvents) as TemplateEventName[]
export const eventNamed = (name: TemplateEventName): TemplateEvent => templateEvents[name]

export const templateEventInput = z.enum(templateEventNames)

/** A language tag such as `de` or `pt-br`; `all` for every language without a template of its own. */
export const everyLanguage = 'all'
export const templateLanguageInput = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^(?:all|[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3})$/, msg('mailTemplates.language'))

/** Offered first; any other is chosen by its address. */
export const commonLanguages = [
  // not-words: language tags
  'en sw ar de fr es it pt nl pl sv da no fi cs sk hu ro bg el',
  // not-words: language tags
  'tr ru uk he fa hi bn ur id ms vi th zh ja ko am so',
].flatMap((tags) => tags.split(' '))

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
