import type { Priority } from '@/lib/directory/schema'
import type { AttachmentOutput } from '@/lib/files/schema'
import type { FieldValues } from '@/lib/tickets/fields/schema'

/** Who a new ticket is for: a contact who is known, or one who is made with it. */
export type Requester =
  | { kind: 'known'; id: string; name: string; email: string | null; organisation: string | null }
  | { kind: 'new'; name: string; email: string }

export type FirstMessage = 'request' | 'mail' | 'note'

export interface NewTicketDraft {
  requester: Requester | null
  title: string
  message: string
  firstMessage: FirstMessage
  departmentId: string
  categoryId: string
  assigneeId: string
  priority: Priority | ''
  tags: string[]
  source: 'phone' | 'internal'
  acknowledge: boolean
  /** Details by the names of their inputs. */
  details: Record<string, string | number | boolean | null>
  fields: FieldValues
  files: AttachmentOutput[]
}

export const emptyDraft: NewTicketDraft = {
  requester: null,
  title: '',
  message: '',
  firstMessage: 'request',
  departmentId: '',
  categoryId: '',
  assigneeId: '',
  priority: '',
  tags: [],
  source: 'phone',
  acknowledge: true,
  details: {},
  fields: {},
  files: [],
}

const keyOf = (personId: string) => `new-ticket:${personId}`

/** What was typed before and never sent, on this tab. */
export function readDraft(personId: string): NewTicketDraft {
  try {
    return { ...emptyDraft, ...JSON.parse(sessionStorage.getItem(keyOf(personId)) ?? '{}') }
  } catch {
    return emptyDraft
  }
}

export function keepDraft(personId: string, draft: NewTicketDraft | null) {
  try {
    if (draft) sessionStorage.setItem(keyOf(personId), JSON.stringify(draft))
    else sessionStorage.removeItem(keyOf(personId))
  } catch {
    // A browser that keeps nothing: the form goes on without.
  }
}

/** Whether there is anything in it that somebody would miss. */
export const isWorthKeeping = ({ requester, title, message, files, tags, fields }: NewTicketDraft) =>
  requester !== null ||
  [title, message].some((text) => text.trim() !== '') ||
  files.length + tags.length > 0 ||
  Object.keys(fields).length > 0
