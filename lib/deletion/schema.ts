import type { Permission } from '../actor/permissions'

/** What can be deleted and restored, in the order in which people choose from it, and the permission that both take. */
export const deletable = {
  ticket: 'ticket.delete',
  contact: 'contact.manage',
  organisation: 'contact.manage',
  person: 'person.manage',
  role: 'role.manage',
  department: 'department.manage',
  category: 'department.manage',
  sla_policy: 'sla.manage',
  calendar: 'sla.manage',
  field: 'field.manage',
  canned_response: 'ticket.reply',
  macro: 'ticket.update',
  view: 'ticket.view',
  hook: 'workspace.manage',
  mailbox: 'mail.manage',
  kb_category: 'kb.manage',
  kb_article: 'kb.manage',
} as const satisfies Record<string, Permission>

export type DeletionKind = keyof typeof deletable
export const deletionKinds = Object.keys(deletable) as [DeletionKind, ...DeletionKind[]]

/** Days for which a workspace can keep what was deleted; null keeps it. */
export const keptDays = [30, 90, 365] as const
