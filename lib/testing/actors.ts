import type { PersonActor } from '../actor/actor'
import { rolePermissions } from '../actor/permissions'

/** A person as the policies see them, with what their role allows; an agent unless said otherwise. */
export const personActor = ({ role = 'agent', ...given }: Partial<PersonActor> = {}): PersonActor => ({
  kind: 'person',
  id: 'me',
  name: 'Wanjiru Otieno',
  email: 'wanjiru@example.com',
  role,
  locale: 'en',
  timeZone: 'UTC',
  permissions: new Set(rolePermissions[role]),
  departmentIds: [],
  grants: [],
  contactId: null,
  sharedOrganisationId: null,
  sessionId: 'session',
  via: 'cookie',
  onlyTicketId: null,
  ...given,
})
