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

export type TemplateEventName = keyof typeof templateEvents

export const eventNamed = (name: TemplateEventName): TemplateEvent => templateEvents[name]

/** A language tag such as `de` or `pt-br`; `all` for every language without a template of its own. */
export const everyLanguage = 'all'

/** Offered first; any other is chosen by its address. */
export const commonLanguages = [
  // not-words: language tags
  'en sw ar de fr es it pt nl pl sv da no fi cs sk hu ro bg el',
  // not-words: language tags
  'tr ru uk he fa hi bn ur id ms vi th zh ja ko am so',
].flatMap((tags) => tags.split(' '))
