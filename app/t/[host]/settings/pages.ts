import type { Messages } from 'use-intl/core'
import type { Permission } from '@/lib/actor/permissions'
import type { MessageKey } from '@/lib/core/message'

type Words = Extract<MessageKey, `settingsPages.${string}`>
type Unprefixed<K> = K extends `settingsPages.${infer Rest}` ? Rest : never

export interface SettingsPage {
  /** Its folder beside this file; '' is the first page of all. */
  folder: string
  /** Its title in the catalogue, counted from `settingsPages`. */
  title: Unprefixed<Words>
  /** The permission that shows its link; none for what everybody has. */
  needs: Permission | null
}

/** Every page of the settings, in the order and the groups of the menu: a page without its entry fails a test, as an entry without its page. */
export const settingsPages = {
  workspace: [
    { folder: '', title: 'general.title', needs: 'workspace.manage' },
    { folder: 'team-notifications', title: 'team.title', needs: 'workspace.manage' },
  ],
  people: [
    { folder: 'people', title: 'people.title', needs: 'person.view' },
    { folder: 'roles', title: 'roles.title', needs: 'role.manage' },
    { folder: 'departments', title: 'departments.title', needs: 'person.view' },
  ],
  workflow: [
    { folder: 'sla', title: 'sla', needs: 'sla.manage' },
    { folder: 'hours', title: 'hours', needs: 'sla.manage' },
    { folder: 'answers', title: 'canned.title', needs: 'ticket.note' },
    { folder: 'fields', title: 'fields.title', needs: 'field.manage' },
    { folder: 'knowledge-base', title: 'kb.title', needs: 'kb.manage' },
    { folder: 'removed', title: 'deleted.title', needs: 'ticket.note' },
  ],
  channels: [
    { folder: 'mailboxes', title: 'mailboxes.title', needs: 'mail.manage' },
    { folder: 'mail', title: 'mail.title', needs: 'mail.view' },
    { folder: 'outgoing', title: 'outgoing.title', needs: 'mail.view' },
    { folder: 'suppressions', title: 'suppressions.title', needs: 'mail.view' },
    { folder: 'mail-templates', title: 'mailTemplates.title', needs: 'mail.manage' },
    { folder: 'domains', title: 'domains.title', needs: 'domain.manage' },
  ],
  security: [
    { folder: 'audit', title: 'audit.title', needs: 'audit.view' },
    { folder: 'rate-limits', title: 'limits.title', needs: 'workspace.manage' },
    { folder: 'jobs', title: 'jobs.title', needs: 'job.manage' },
  ],
  you: [
    { folder: 'account', title: 'account.title', needs: null },
    { folder: 'notifications', title: 'notifications.title', needs: null },
    { folder: 'sessions', title: 'sessions.title', needs: null },
    { folder: 'tokens', title: 'tokens.title', needs: 'token.own' },
  ],
} as const satisfies Partial<Record<keyof Messages['settingsPages']['nav'], readonly SettingsPage[]>>

export const addressOf = ({ folder }: { folder: string }) => (folder ? `/settings/${folder}` : '/settings')
