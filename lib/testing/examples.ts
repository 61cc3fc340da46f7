import type { DeletionKind } from '../deletion/schema'
import type { Ids, Target } from './attack'

type Input = Record<string, unknown>

interface Example {
  /** What a schema alone does not say of an input. */
  input?: (input: Input, ids: Ids) => Input
  /** What must be so for a row of the tenant to be found. */
  state?: string[]
}

const inDepartment: Example = { input: (input) => (input.departmentId ? { scope: 'department' } : {}) }
const ofPolicy = ({ escalations = [] }: Input): Input => ({
  escalations: (escalations as { actions: Input[] }[]).map((step) => ({
    ...step,
    minutes: -5,
    actions: step.actions.map((action) => (action.to ? { ...action, to: { ...action.to, assignee: true } } : action)),
  })),
})
/** A row of the table that can be restored. */
const deleted = (kind: DeletionKind, table: string = kind): Example => ({
  state: [
    `INSERT INTO deletion (tenant_id, kind, object_id, deleted_at) SELECT tenant_id, '${kind}', id, now() FROM "${table}" ON CONFLICT DO NOTHING`,
  ],
})
/** A mailbox that can be saved: its servers come from the preset. */
const mailbox: Example = {
  input: () => ({
    name: 'Post',
    address: 'post@acme.test',
    preset: 'gmail',
    incoming: { password: 'p' },
    outgoing: { password: 'p' },
    folders: ['INBOX'],
  }),
}
/** Something that each person did. */
const acted: Example = {
  state: [
    `INSERT INTO event (tenant_id, id, type, actor_kind, actor_id, payload, request_id, occurred_at)
      SELECT tenant_id, gen_random_uuid(), 'person.signed_out', 'person', id, '{}', 'request', now() FROM person`,
  ],
}
const published: Example = {
  state: [
    `UPDATE kb_article a SET status = 'published', published_n = v.n, published_at = now(), first_published_at = now()
      FROM kb_article_version v WHERE v.article_id = a.id`,
  ],
}
/** An article that staff may read, and customers may not. */
const forTheTeam: Example = { state: [...(published.state ?? []), `UPDATE kb_article SET effective_audience = 'agents'`] }
const unsent = ['UPDATE attachment SET message_id = NULL']

/** For procedures that find no row of the tenant by what their schema says, so that the attack on them would show nothing. */
const examples: Record<string, Example> = {
  'people.invite': { input: () => ({ name: 'New Person' }) },
  'mail.recover': {
    input: ({ into }) => ({ action: into ? 'attach' : 'ignore' }),
    state: [`UPDATE inbound_mail SET status = 'attention', ticket_id = NULL`],
  },
  'tickets.remotePicture': {
    input: () => ({ part: 'body', n: 0 }),
    state: [`UPDATE ticket_message SET body_html = '<img data-remote="ftp://nowhere">'`],
  },
  'roles.addGrant': { input: ({ roleId, personId }, ids) => (roleId || personId ? {} : { personId: ids.Person }) },
  'contacts.list': { state: ['UPDATE contact SET organisation_id = (SELECT id FROM organisation)'] },
  'sla.results': {
    state: [
      `UPDATE sla_clock SET policy_id = (SELECT id FROM sla_policy ORDER BY id LIMIT 1), department_id = (SELECT id FROM department ORDER BY id LIMIT 1),
        holder_id = (SELECT id FROM person ORDER BY id LIMIT 1), stopped_at = now() - interval '1 hour', dropped_at = NULL`,
    ],
  },
  'sla.create': { input: ofPolicy },
  'sla.update': { input: ofPolicy },
  'sla.simulate': { input: ({ policy }) => (policy ? { policy: { ...(policy as Input), ...ofPolicy(policy as Input) } } : {}) },
  'audit.list': acted,
  'audit.export': acted,
  'tickets.list': { state: ['UPDATE ticket SET assignee_id = (SELECT id FROM person ORDER BY id LIMIT 1)'] },
  'tickets.create': { input: () => ({ description: 'It does not work.' }), state: unsent },
  'tickets.reply': { input: () => ({ body: 'It works again.' }), state: unsent },
  'tickets.attach': {
    input: ({ attachmentIds }, ids) => ({ files: [], attachmentIds: attachmentIds ?? [ids.Attachment] }),
    state: unsent,
  },
  'tickets.saveDraft': { state: unsent },
  'tickets.sendDraft': { state: unsent },
  'tickets.takeBack': { state: [`UPDATE draft SET send_at = now(), kind = 'reply'`] },
  'tickets.restore': { state: ['UPDATE ticket SET deleted_at = now()', ...(deleted('ticket').state ?? [])] },
  'people.restore': deleted('person'),
  'roles.restore': deleted('role'),
  'departments.restore': deleted('department'),
  'categories.restore': deleted('category'),
  'contacts.restore': deleted('contact'),
  'organisations.restore': deleted('organisation'),
  'sla.restore': deleted('sla_policy'),
  'calendars.restore': deleted('calendar'),
  'cannedResponses.restore': deleted('canned_response'),
  'fields.restore': deleted('field', 'custom_field'),
  'macros.restore': deleted('macro'),
  'views.restore': deleted('view'),
  'notifications.restoreHook': deleted('hook', 'notification_hook'),
  'mail.sentSource': {
    state: [
      `UPDATE ticket_message SET contact_id = NULL WHERE kind <> 'note'`,
      `UPDATE outbound_mail o SET raw = 'x', message_id = m.message_id, ticket_id = m.ticket_id
        FROM (SELECT message_id, ticket_id FROM ticket_message WHERE kind <> 'note' ORDER BY id LIMIT 1) m
        WHERE o.id = (SELECT id FROM outbound_mail ORDER BY id LIMIT 1)`,
    ],
  },
  'kb.addPicture': { input: () => ({ file: new Blob(['no picture']) }) },
  'kb.uploadImport': { input: () => ({ file: new Blob(['text']) }) },
  'kb.startImport': { state: [`UPDATE kb_import SET status = 'planned'`] },
  'kb.publicPicture': { state: ['UPDATE kb_article SET published_n = 1', 'UPDATE kb_picture_use SET n = 1'] },
  'kb.restoreCategory': deleted('kb_category'),
  'kb.restoreArticle': { state: ['UPDATE kb_article SET deleted_at = now()', ...(deleted('kb_article').state ?? [])] },
  'kb.articles': { state: ['UPDATE kb_article SET author_id = (SELECT id FROM person ORDER BY id LIMIT 1)'] },
  'kb.scheduleArticle': { input: () => ({ at: new Date(Date.now() + 86_400_000).toISOString().slice(0, 16) }) },
  'kb.createSynonym': { input: () => ({ words: ['voucher', 'coupon'] }) },
  'kb.updateSynonym': { input: () => ({ words: ['voucher', 'coupon'] }) },
  'kb.publicArticles': published,
  'kb.publicRelated': forTheTeam,
  'kb.ownVote': forTheTeam,
  'kb.vote': forTheTeam,
  'kb.publicComments': forTheTeam,
  'kb.writeComment': forTheTeam,
  'kb.recordReading': forTheTeam,
  'kb.recordChoice': forTheTeam,
  'kb.recordSent': forTheTeam,
  'mailboxes.create': mailbox,
  'mailboxes.update': mailbox,
  'mailboxes.addToDepartment': mailbox,
  'mailboxes.test': { input: () => ({ address: 'post@acme.test', incoming: null, outgoing: null }) },
  'mailboxes.restore': deleted('mailbox'),
  'tickets.previewBulk': { input: (input, ids) => (input.ids || input.all ? {} : { ids: [ids.Ticket] }) },
  'tickets.startBulk': { input: (input, ids) => (input.ids || input.all ? {} : { ids: [ids.Ticket] }) },
  'files.remove': { state: unsent },
  'files.thumbnail': { state: ['UPDATE attachment SET has_thumbnail = true'] },
  'cannedResponses.create': inDepartment,
  'cannedResponses.update': inDepartment,
  'macros.create': inDepartment,
  'macros.update': inDepartment,
  'views.create': inDepartment,
  'views.update': inDepartment,
  'fields.create': { input: () => ({ key: 'a_key' }) },
  'jobs.retry': { state: [`UPDATE platform.job SET status = 'dead'`] },
  'deliveries.retry': { input: () => ({ subscriber: 'mail.compose' }), state: [`UPDATE event_delivery SET status = 'dead'`] },
}

export function exampleOf({ name }: Target, input: Input, ids: Ids): { input: Input; state?: string[] } {
  const { input: more, state } = examples[name] ?? {}
  return { input: { ...input, ...more?.(input, ids) }, state }
}
