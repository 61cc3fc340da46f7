/**
 * The permission catalogue: everything a person or token may be allowed to do.
 * The five roles are bundles of it; custom roles and token scopes pick from it.
 */
export const permissions = {
  'ticket.view': 'See tickets',
  'ticket.create': 'Open tickets',
  'ticket.reply': 'Reply to requesters',
  'ticket.note': 'Write internal notes',
  'ticket.assign': 'Assign tickets',
  'ticket.update': 'Change status and priority',
  'ticket.delete': 'Remove and restore tickets',
  'ticket.export': 'Export lists of tickets',
  'contact.view': 'See contacts and organisations',
  'contact.manage': 'Change and merge contacts',
  'contact.import': 'Import and export contacts',
  'contact.erase': 'Hand out and erase personal data',
  'view.share': 'Share views with a department or the desk',
  'person.view': 'See people and departments',
  'person.manage': 'Invite, change and suspend people',
  'role.manage': 'Define roles and grants',
  'field.manage': 'Define custom fields',
  'department.manage': 'Define departments and their members',
  'sla.manage': 'Define working hours and SLA policies',
  'domain.manage': 'Connect custom domains',
  'workspace.manage': 'Change workspace settings',
  'token.own': 'Make personal API tokens',
  'audit.view': 'Read the audit trail',
  'mail.view': 'Read the mail log',
  'job.manage': 'See background work and run it again',
} as const

export type Permission = keyof typeof permissions
export const permissionNames = Object.keys(permissions) as [Permission, ...Permission[]]

export const roles = ['owner', 'admin', 'moderator', 'agent', 'customer'] as const
export type RoleName = (typeof roles)[number]

const customer: Permission[] = ['ticket.view', 'ticket.create', 'ticket.reply']
const agent: Permission[] = [
  ...customer,
  'ticket.note',
  'ticket.assign',
  'ticket.update',
  'person.view',
  'token.own',
  'contact.view',
  'contact.manage',
]
const moderator: Permission[] = [...agent, 'ticket.delete', 'ticket.export', 'view.share', 'contact.import']

export const rolePermissions: Record<RoleName, readonly Permission[]> = {
  customer,
  agent,
  moderator,
  admin: permissionNames,
  owner: permissionNames,
}

/** What somebody may do who came by the link in a mail about their ticket. */
export const requestLinkScopes: readonly Permission[] = ['ticket.view', 'ticket.reply']

/** What somebody may do: what a custom role says replaces what the built-in one allows. */
export function permissionsOf(role: RoleName, custom: readonly string[] | null | undefined): Permission[] {
  const names: readonly string[] = custom ?? rolePermissions[role]
  return permissionNames.filter((name) => names.includes(name))
}

/** Permissions that can be granted on a single object. */
export const grantable: Record<'department' | 'ticket' | 'kb_category', readonly Permission[]> = {
  department: ['ticket.view', 'ticket.reply', 'ticket.note', 'ticket.assign', 'ticket.update', 'department.manage'],
  ticket: ['ticket.view', 'ticket.reply', 'ticket.note', 'ticket.assign', 'ticket.update'],
  kb_category: [],
}
