import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { fieldName, nameOf } from './attribute-names'
import { attributeEntries } from './attributes'

const root = path.resolve(import.meta.dirname, '../../..')

/**
 * Where an attribute is named outside its entry, and why. Whoever adds one of these says why it can't be made from the entries;
 * what is made from them is in none of the lists. `*`: it moves a ticket as a whole, and names what it must.
 */
const places: { why: string; files: Record<string, string> }[] = [
  {
    why: 'Kinds of attributes, controls and tables by the same name, over which code made of the entries switches.',
    files: {
      'components/sla/condition-rows.tsx': 'number type department category fields',
      'components/tickets/action-fields.tsx': 'tags',
      'components/tickets/action-words.tsx': 'department assignee tags',
      'components/tickets/activity.ts': 'number type rating',
      'components/tickets/attribute-words.ts': 'clocks',
      'components/tickets/cells.tsx': 'status tags updatedAt clocks',
      'components/tickets/detail-inputs.tsx': 'number',
      'components/tickets/filters/add-filter.tsx': 'fields',
      'components/tickets/filters/chips.ts': 'number fields',
      'components/tickets/filters/filter-words.ts': 'type',
      'components/tickets/filters/value-menu.tsx': 'status department category requester tags clocks',
      'lib/tickets/actions/action-targets.ts': 'status department category',
      'lib/tickets/ticket/activity.ts': 'department category',
      'components/settings/deletions.tsx': 'department category',
      'lib/privacy/jobs.ts': 'department category',
      'lib/tickets/ticket/cover.ts': 'status tags',
      'lib/tickets/ticket/filter.ts': 'number department category isPublic',
      'lib/tickets/ticket/named.ts': 'department category organisation',
      'lib/tickets/ticket/stored-filter.ts': 'department category requester organisation assignee',
      'lib/tickets/ticket/schema.ts': 'number title status type department category requester tags dueAt clocks fields',
      'lib/tickets/views/export.ts': 'title type department category requester tags',
    },
  },
  {
    why: 'The command of one attribute, which has rules of its own, with the control and the event that belong to it.',
    files: {
      'components/tickets/confirm-sender.tsx': 'isUnverified',
      'components/tickets/move-dialog.tsx': 'status holdUntil',
      'components/tickets/tag-field.tsx': 'tags',
      'components/tickets/rate-request.tsx': 'rating ratingComment',
      'components/tickets/tags.tsx': 'tags',
      'components/tickets/sender-doubt.tsx': 'isUnverified',
      'components/tickets/ticket-menu-items.tsx': 'archivedAt requester',
      'components/tickets/watchers.tsx': 'watchers',
      'components/tickets/use-send-and-go-on.ts': 'status',
      'components/tickets/use-writing.ts': 'status',
      'components/tickets/writing-tools.tsx': 'status',
      'lib/tickets/ticket/commands/assign.ts': 'status assigneeId',
      'lib/tickets/ticket/commands/change-department.ts': 'departmentId categoryId',
      'lib/tickets/ticket/commands/change-details.ts': 'departmentId',
      'lib/tickets/ticket/commands/change-fields.ts': 'departmentId',
      'lib/tickets/ticket/commands/change-priority.ts': 'priority',
      'lib/tickets/ticket/commands/change-status.ts': 'status assigneeId holdUntil',
      'lib/tickets/ticket/commands/change-tags.ts': 'tags',
      'lib/tickets/ticket/commands/confirm-sender.ts': 'isUnverified',
      'lib/tickets/ticket/commands/mark-read.ts': 'hasNewReply firstOpenedAt',
      'lib/tickets/ticket/commands/rate.ts': 'status rating ratingComment',
      'lib/tickets/ticket/commands/replace.ts': 'status priority departmentId assigneeId tags holdUntil',
      'lib/tickets/ticket/commands/watch.ts': 'watchers',
      'lib/tickets/ticket/events.ts': 'source holdUntil heldAt resolvedAt closedAt reopenCount isUnverified',
      'lib/tickets/ticket/removal.ts': 'departmentId assigneeId archivedAt',
    },
  },
  {
    why: 'Actions, each of one attribute: their entries say what they take and how they are undone.',
    files: {
      'components/tickets/bulk-actions.tsx': 'status priority department tags holdUntil',
      'components/tickets/merge-many.tsx': 'requester',
      'lib/tickets/actions/schema.ts': 'priority department departmentId assignee assigneeId tags holdUntil',
      'lib/tickets/actions/action-kinds.ts': 'status priority department departmentId category assignee assigneeId tags holdUntil',
      'lib/tickets/actions/action-registry.ts': 'priority tags archivedAt holdUntil',
      'lib/tickets/actions/actions.ts': '*',
      'lib/tickets/actions/bulk-preview.ts': 'status priority departmentId assigneeId tags archivedAt holdUntil',
      'lib/tickets/actions/undo.ts': '*',
    },
  },
  {
    why: 'The workflow: a status with the times and reasons that move with it, and the first response.',
    files: {
      'lib/tickets/ticket/activity.ts': 'status',
      'lib/tickets/ticket/lock.ts': 'status department assigneeId',
      'lib/tickets/ticket/queries.ts': 'number status created dueAt clocks statusReason ratingComment',
      'lib/tickets/ticket/record.ts': '*',
      'lib/tickets/ticket/representation.ts': '*',
      'lib/tickets/ticket/scheduled-transitions.ts': '*',
      'lib/tickets/ticket/workflow.ts': 'status resolvedAt closedAt holdUntil heldAt remindedAt',
    },
  },
  {
    why: 'Department and assignee decide who sees a ticket, who works on it and who hears of it; a custom field may be asked in one department.',
    files: {
      'components/tickets/ticket-fields.tsx': 'department',
      'lib/access/visible-tickets.ts': 'department departmentId',
      'lib/accounts/roles.ts': 'department',
      'lib/notifications/recipients.ts': 'department departmentId assigneeId',
      'lib/realtime/publish.ts': 'department departmentId',
      'lib/realtime/revoke.ts': 'departmentId assigneeId requester',
      'lib/tickets/fields/field-rules.ts': 'departmentId',
      'lib/tickets/fields/fields.ts': 'department departmentId',
      'lib/tickets/fields/schema.ts': 'departmentId',
      'lib/tickets/ticket/followers.ts': 'department departmentId',
      'lib/tickets/ticket/hand-over.ts': 'status department',
      'lib/tickets/ticket/passing-on.ts': 'status department departmentId',
      'lib/tickets/ticket/policy.ts': 'status department departmentId assigneeId',
      'lib/tickets/ticket/routing.ts': 'status department departmentId assigneeId',
      'lib/tickets/views/lists.ts': 'status priority department departmentId requester assignee assigneeId',
      'app/t/[host]/agent/contacts/[id]/page.tsx': 'requester',
      'lib/tickets/views/contact-tickets.ts': 'status requester',
      'lib/tickets/views/ticket-page.ts': 'status departmentId watchers',
    },
  },
  {
    why: 'What is shared belongs to a department too: views, canned responses and macros.',
    files: {
      'components/tickets/edit-canned.tsx': 'department',
      'components/tickets/sharing-fields.tsx': 'department departmentId',
      'lib/tickets/canned/followers.ts': 'department departmentId',
      'lib/tickets/canned/schema.ts': 'departmentId',
      'lib/tickets/views/policy.ts': 'department departmentId',
      'lib/tickets/views/schema.ts': 'number departmentId sla',
      'lib/tickets/views/values.ts': 'department mentions',
      'lib/tickets/views/views.ts': 'departmentId',
    },
  },
  {
    why: 'What is sent about a ticket leaves by the mailbox of its department, under its name and with its signature.',
    files: {
      'components/tickets/signature-below.tsx': 'departmentId',
      'components/tickets/writer.tsx': 'department firstResponseAt',
      'lib/correspondence/outgoing-mail.ts': 'departmentId',
      'lib/correspondence/reply-mail.ts': 'department',
      'lib/correspondence/request-mail.ts': 'department',
      'lib/correspondence/signature.ts': 'department departmentId',
      'lib/correspondence/thread.ts': 'department',
      'lib/mail/routing.ts': 'departmentId',
      'lib/tickets/ticket/own-address.ts': 'department',
    },
  },
  {
    why: 'SLA: targets are by priority, clocks have a deadline of their own, and calculation reads what it depends on from history.',
    files: {
      'components/sla/policy-form.tsx': 'priority',
      'components/sla/targets.tsx': 'priority',
      'components/sla/ticket-sla.tsx': 'dueAt clocks',
      'components/tickets/clock-state.ts': 'dueAt',
      'components/tickets/sla-chip.tsx': 'dueAt clocks',
      'lib/sla/clock-changes.ts': 'priority departmentId dueAt',
      'lib/sla/clock.ts': 'dueAt',
      'lib/sla/conditions.ts': 'priority departmentId assigneeId',
      'lib/sla/dashboard.ts': 'priority resolvedAt',
      'lib/sla/defaults.ts': 'priority',
      'lib/sla/ledger.ts': 'priority dueAt clocks',
      'lib/sla/queries.ts': 'priority',
      'lib/sla/rating.ts': 'rating',
      'lib/sla/results.ts': 'priority departmentId',
      'lib/sla/recompute-ticket.ts': 'priority departmentId assigneeId dueAt clocks isUnverified',
      'lib/sla/schema.ts': 'number title priority department assignee resolvedAt closed dueAt clocks',
      'lib/sla/simulate.ts': 'priority department',
      'lib/sla/sweep.ts': 'dueAt',
      'lib/sla/targets.ts': 'priority clocks',
      'lib/sla/timeline.ts': 'departmentId isUnverified',
    },
  },
  {
    why: 'How a ticket comes to be: a category brings department and priority, a message its source, its sender and a preview; merging joins two.',
    files: {
      'components/tickets/conversation.tsx': 'source',
      'components/tickets/merge-ticket.tsx': 'department requester',
      'components/tickets/message-body.tsx': 'source',
      'components/tickets/change-requester.tsx': 'requester',
      'components/tickets/new-ticket/dialog.tsx': 'priority departmentId categoryId requester assigneeId tags source',
      'components/tickets/new-ticket/draft.ts': 'priority departmentId categoryId requester assigneeId tags source',
      'components/tickets/new-ticket/properties.tsx': 'priority department departmentId category categoryId assigneeId tags source fields',
      'components/tickets/new-ticket/requester-field.tsx': 'requester',
      'components/tickets/ticket-input.tsx': 'requester',
      'components/tickets/submit-form.tsx': 'departmentId categoryId',
      'lib/channels/email/commands/recover.ts': 'departmentId requester isUnverified',
      'lib/channels/email/facts.ts': 'departmentId',
      'lib/channels/email/filing.ts': 'departmentId isUnverified',
      'lib/tickets/conversation/commands/change-requester.ts': 'requester rating ratingComment',
      'lib/tickets/conversation/commands/create.ts':
        'priority department departmentId category categoryId requester assigneeId tags source creatorName creatorEmail creatorPhone',
      'lib/tickets/conversation/commands/reply.ts': 'requester source',
      'lib/tickets/conversation/events.ts': 'requester isUnverified',
      'lib/tickets/conversation/participation.ts': 'source',
      'lib/tickets/conversation/queries.ts': 'source',
      'lib/tickets/conversation/reach.ts': 'status firstResponseAt',
      'lib/tickets/conversation/record.ts': '*',
      'lib/tickets/conversation/schema.ts': 'source',
      'lib/tickets/links/commands/merge.ts': '*',
      'lib/tickets/links/commands/split.ts': '*',
      'lib/tickets/links/commands/undo-merge.ts': '*',
      'lib/tickets/links/merge.ts': '*',
      'lib/tickets/links/queries.ts': 'status department',
      'lib/tickets/links/schema.ts': 'status department',
      'lib/tickets/ticket/request-link.ts': 'status requester source',
    },
  },
  {
    why: 'Fixed parts of a row, of the ticket’s page and of the customer’s: drawn at one place in a way of their own, also where a column is not chosen.',
    files: {
      'app/t/[host]/(portal)/page.tsx': 'departmentId',
      'app/t/[host]/(portal)/requests/[id]/page.tsx': 'status requester reopenCount',
      'app/t/[host]/(portal)/requests/page.tsx': 'status requester snippet',
      'app/t/[host]/agent/tickets/[id]/page.tsx':
        'status priority requester firstOpenedAt firstResponseAt resolvedAt clocks hasNewReply watchers isUnverified',
      'app/t/[host]/settings/audit/page.tsx': 'title type',
      'components/palette/commands.tsx': 'requester',
      'components/tickets/labels.tsx': 'status priority requester isUnverified',
      'components/tickets/request-state.tsx': 'status',
      'components/tickets/properties.tsx': 'number status priority department departmentId category assignee assigneeId created resolved',
      'components/tickets/requester-card.tsx': 'status requester',
      'components/tickets/state-notes.tsx': 'status reopenCount statusReason holdUntil rating ratingComment',
      'components/tickets/suggestions.tsx': 'status',
      'components/tickets/listed.ts':
        'number title status priority department category requester dueAt updatedAt clocks hasNewReply isUnverified snippet',
      'components/tickets/ticket-list.tsx': 'priority',
      'components/tickets/ticket-row.tsx': 'priority hasNewReply snippet isUnverified',
      'components/tickets/ticket-rows.tsx': 'status priority',
      'lib/tickets/conversation/participation.ts': 'status requester',
    },
  },
  {
    why: 'What a change shows before it is answered, of those attributes that have a key of their own.',
    files: {
      'components/tickets/queue/cache.ts': 'status',
      'components/tickets/queue/preview.tsx': 'status priority department requester assignee clocks',
      'components/tickets/queue/query-provider.tsx': 'status',
      'components/tickets/queue/row-asked.tsx': 'status priority assignee tags',
      'components/tickets/queue/row-commands.tsx': 'status priority',
      'components/tickets/queue/shown-marks.tsx': 'status priority',
      'components/tickets/queue/take-next.tsx': 'assigneeId',
      'components/tickets/queue/use-bulk.ts': 'status department',
      'components/tickets/queue/use-commands.ts': 'status priority assignee assigneeId tags holdUntil',
      'lib/tickets/actions/optimistic-change.ts': 'status priority assigneeId tags',
      'lib/tickets/ticket/optimistic-change.ts': 'status priority assignee tags',
    },
  },
  {
    why: 'Notices and mails tell of one event in words of their own; a message that is erased takes its preview with it.',
    files: {
      'lib/correspondence/reply-mail.ts': 'requester',
      'lib/correspondence/request-mail.ts': 'requester',
      'lib/correspondence/thread.ts': 'requester',
      'lib/notifications/actions.ts': 'department departmentId assignee assigneeId dueAt',
      'lib/notifications/notice.ts': 'priority departmentId assigneeId snippet isUnverified',
      'lib/notifications/ticket-notice.ts': 'department departmentId requester assigneeId snippet holdUntil isUnverified',
      'lib/tickets/ticket/personal-data.ts': 'number title tags createdAt updatedAt snippet fields',
    },
  },
  {
    why: 'The name of something else: of a view, the state of a change, of a list of own requests, of a job, of a connection, of a mail, of an invitation or of a reply, the source and the department of a mail, the priority of a job, a word in the audit trail, an ARIA role, those whom a message goes to.',
    files: {
      'lib/tickets/views/schema.ts': 'closed',
      'lib/tickets/views/counts.ts': 'mentions',
      'components/tickets/live-counts.tsx': 'mentions',
      'components/tickets/address-input.tsx': 'status',
      'components/tickets/addressee-row.tsx': 'status',
      'components/tickets/bulk-bar.tsx': 'status',
      'components/tickets/delivery.tsx': 'status',
      'components/tickets/live-inbox.tsx': 'status',
      'components/tickets/live-ticket.tsx': 'status',
      'components/tickets/mail-carries.tsx': 'status',
      'components/tickets/message-source.tsx': 'source',
      'components/tickets/pending-reply.tsx': 'status',
      'components/tickets/recipient-fields.tsx': 'assignee',
      'components/tickets/writer.tsx': 'status',
      'lib/mail/send.ts': 'departmentId',
      'lib/privacy/jobs.ts': 'priority',
      'lib/search/search-index.ts': 'priority departmentId',
      'lib/tickets/actions/action-registry.ts': 'status holdUntil',
      'lib/tickets/ticket/jobs.ts': 'priority',
      'components/settings/event-detail-list.tsx': 'number priority tier fields',
      'lib/tickets/actions/bulk.ts': 'status',
      'lib/tickets/actions/jobs.ts': 'status priority',
      'lib/tickets/actions/schema.ts': 'number status archivedAt',
      'lib/tickets/conversation/drafts.ts': 'status priority dueAt',
      'lib/tickets/conversation/queries.ts': 'status',
      'lib/tickets/conversation/schema.ts': 'status',
      'lib/tickets/conversation/file-link.ts': 'source',
      'lib/tickets/ticket/request-key.ts': 'source',
    },
  },
]

/** Names of other things too: of columns of every table, of parts of HTML, of events, of errors, of contacts. */
const ambiguous = new Set(
  ['number', 'title', 'type', 'created', 'createdAt', 'updated', 'updatedAt', 'fields', 'notes', 'closed', 'resolved', 'due', 'sla'].concat(
    ['organisation', 'tier', 'isPublic', 'public', 'opened'],
  ),
)
/** Beside tickets, these are mostly of jobs, people and answers. */
const ofTicketsAlone = new Set(['status', 'source', 'tags'])

const names = [...new Set(attributeEntries.flatMap(([key]) => [key, nameOf(key), fieldName(key)]))]

/** The registry and what is made of it, by its kinds; the wiring; what only tests and the demonstration load. */
const isRegistry = (file: string) => /^lib\/tickets\/ticket\/attribute(s|-\w+)?\.ts$/.test(file)
const isLeftOut = (file: string) => /\.(test|suite)\.tsx?$|^lib\/(testing|demo|wiring)\/|\/generated\//.test(file)

const isOfTickets = (file: string) => /^(lib|components)\/tickets\/|\/(tickets|requests)\//.test(file)
const dealsWithTickets = (file: string, text: string) =>
  isOfTickets(file) ||
  /Ticket(Output|Row|Facts)\b|\btx\.ticket\b|\b(FROM|JOIN|UPDATE|INTO) ticket\b|\bchangeTicket\b|api\.tickets\.|tickets\/(ticket|views)\//.test(
    text,
  )

function namedIn(file: string): string[] {
  const whole = readFileSync(path.join(root, file), 'utf8')
  if (!dealsWithTickets(file, whole)) return []
  const text = whole
    .replace(/^import[\s\S]*?from '.*'$/gm, '')
    .replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '')
    .replace(/tags: \[[^\]]*\]/g, '')
  const literals = new Set([...text.matchAll(/'([^'\n]*)'|"([^"\n]*)"/g)].map(([, single, double]) => single ?? double))
  const code = text.replace(/'[^'\n]*'|"[^"\n]*"/g, "''")
  // What is made of the entries is about nothing else.
  const isMadeOfEntries = /\/attribute(s|-names)'/.test(whole)
  return names
    .filter((name) => isMadeOfEntries || !ambiguous.has(name))
    .filter((name) => isOfTickets(file) || !ofTicketsAlone.has(name))
    .filter((name) => literals.has(name) || new RegExp(`\\.${name}\\b|\\b${name}\\??:|[{,]\\s*${name}\\s*[,}]`).test(code))
}

const files = globSync('{lib,components,app}/**/*.{ts,tsx}', { cwd: root })
  .map((file) => file.split(path.sep).join('/'))
  .filter((file) => !isRegistry(file) && !isLeftOut(file))
  .sort()

const allowed = (file: string) => places.flatMap(({ files: of }) => (of[file] ?? '').split(' '))

it('no file under lib, components and app names an attribute without a reason', () => {
  const found = files.flatMap((file) =>
    namedIn(file).flatMap((name) => (allowed(file).includes('*') || allowed(file).includes(name) ? [] : [`${file}: ${name}`])),
  )
  expect(found).toEqual([])
})

it('every reason still has what it speaks of', () => {
  const stale = places.flatMap(({ files: of }) =>
    Object.entries(of).flatMap(([file, said]) => {
      const named = files.includes(file) ? namedIn(file) : []
      return said.split(' ').flatMap((name) => (named.includes(name) || (name === '*' && named.length > 1) ? [] : [`${file}: ${name}`]))
    }),
  )
  expect(stale).toEqual([])
})
