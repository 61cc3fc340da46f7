/**
 * The permission catalogue: everything a person or token may be allowed to do, in the order in which people choose from it.
 * The five roles are bundles of it; custom roles and token scopes pick from it. Its words are `permissions` of the catalogue.
 */
export const permissionNames = [
  'ticket.view',
  'ticket.create',
  'ticket.reply',
  'ticket.note',
  'ticket.assign',
  'ticket.update',
  'ticket.delete',
  'ticket.export',
  'contact.view',
  'contact.manage',
  'contact.import',
  'contact.erase',
  'view.share',
  'kb.view',
  'kb.write',
  'kb.publish',
  'kb.manage',
  'person.view',
  'person.manage',
  'role.manage',
  'field.manage',
  'department.manage',
  'sla.manage',
  'domain.manage',
  'workspace.manage',
  'token.own',
  'audit.view',
  'mail.view',
  'mail.manage',
  'job.manage',
] as const
export type Permission = (typeof permissionNames)[number]

export const isPermission = (name: string): name is Permission => permissionNames.some((each) => each === name)

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
  'kb.view',
  'kb.write',
]
const moderator: Permission[] = [...agent, 'ticket.delete', 'ticket.export', 'view.share', 'contact.import', 'kb.publish']

export const rolePermissions: Record<RoleName, readonly Permission[]> = {
  customer,
  agent,
  moderator,
  admin: permissionNames,
  owner: permissionNames,
}

export const permissionGroups = ['tickets', 'contacts', 'knowledge', 'people', 'workflow', 'channels', 'workspace'] as const

/** What a permission is listed under where people choose from all of them. */
export const groupOf: Record<Permission, (typeof permissionGroups)[number]> = {
  'ticket.view': 'tickets',
  'ticket.create': 'tickets',
  'ticket.reply': 'tickets',
  'ticket.note': 'tickets',
  'ticket.assign': 'tickets',
  'ticket.update': 'tickets',
  'ticket.delete': 'tickets',
  'ticket.export': 'tickets',
  'view.share': 'tickets',
  'contact.view': 'contacts',
  'contact.manage': 'contacts',
  'contact.import': 'contacts',
  'contact.erase': 'contacts',
  'kb.view': 'knowledge',
  'kb.write': 'knowledge',
  'kb.publish': 'knowledge',
  'kb.manage': 'knowledge',
  'person.view': 'people',
  'person.manage': 'people',
  'role.manage': 'people',
  'department.manage': 'people',
  'field.manage': 'workflow',
  'sla.manage': 'workflow',
  'mail.view': 'channels',
  'mail.manage': 'channels',
  'domain.manage': 'channels',
  'workspace.manage': 'workspace',
  'token.own': 'workspace',
  'audit.view': 'workspace',
  'job.manage': 'workspace',
}

/** Permissions that change nothing. */
export const readsOnly = (permission: Permission): boolean => permission.endsWith('.view') || permission === 'ticket.export'

export const tokenPresets = ['read', 'agent', 'admin'] as const
export type TokenPreset = (typeof tokenPresets)[number]

/** What a new token of a person may do. None creates further tokens, which would outlive it. */
export function presetScopes(preset: TokenPreset, mine: readonly Permission[]): Permission[] {
  const isIn = { read: readsOnly, agent: (name: Permission) => agent.includes(name), admin: () => true }[preset]
  return mine.filter((name) => isIn(name) && name !== 'token.own')
}

/** What the link in an email about a ticket allows. */
export const requestLinkScopes: readonly Permission[] = ['ticket.view', 'ticket.reply']

/** The permissions of a role: a custom role replaces what the built-in one allows. */
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
