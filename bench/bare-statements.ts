import type pg from 'pg'
import { newId } from '../lib/core/id'
import { type Loaded, nextTurn } from './product'

const rowsOfTickets = `
  SELECT t.id, w.ticket_prefix || '-' || t.number AS number, t.version, t.title, t.status, t.priority, t.source, d.name AS department,
    c.name AS requester, (SELECT a.email FROM contact_address a WHERE a.tenant_id = t.tenant_id AND a.contact_id = t.requester_id LIMIT 1) AS email,
    p.name AS assignee, t.snippet, t.message_count, t.has_new_reply, t.created_at, t.updated_at
  FROM ticket t JOIN workspace w ON w.tenant_id = t.tenant_id
  JOIN contact c ON c.tenant_id = t.tenant_id AND c.id = t.requester_id
  LEFT JOIN department d ON d.tenant_id = t.tenant_id AND d.id = t.department_id
  LEFT JOIN person p ON p.tenant_id = t.tenant_id AND p.id = t.assignee_id
  WHERE t.tenant_id = $1 AND t.deleted_at IS NULL`

/** What a request can't do without, prepared and without row-level security. The pool's search path leads to the workspace's tables. */
export function bareStatements(pool: pg.Pool, { tenantId, ids }: Loaded['full']) {
  const anyTicket = () => ids[nextTurn() % ids.length] as (typeof ids)[number]

  const insertMessage = (client: pg.PoolClient, ticket: { id: string; requesterId: string }) => {
    const id = newId()
    return client.query({
      name: 'message',
      text: `INSERT INTO ticket_message (tenant_id, id, ticket_id, kind, author_kind, contact_id, body_text, message_id, source)
       VALUES ($1, $2, $3, 'reply', 'contact', $4, 'Text', $5, 'api')`,
      values: [tenantId, id, ticket.id, ticket.requesterId, id],
    })
  }

  async function inTransaction(work: (client: pg.PoolClient) => Promise<unknown>) {
    const client = await pool.connect()
    try {
      await client.query('BEGIN')
      await work(client)
      await client.query('COMMIT')
    } finally {
      client.release()
    }
  }

  return {
    list: (limit: number) =>
      pool.query({
        name: `list ${limit}`,
        text: `${rowsOfTickets} ORDER BY t.updated_at DESC, t.id DESC LIMIT ${limit + 1}`,
        values: [tenantId],
      }),
    async detail() {
      const { id } = anyTicket()
      await pool.query({ name: 'detail', text: `${rowsOfTickets} AND t.id = $2`, values: [tenantId, id] })
      const text = 'SELECT * FROM ticket_message WHERE tenant_id = $1 AND ticket_id = $2 ORDER BY created_at, id LIMIT 200'
      await pool.query({ name: 'messages', text, values: [tenantId, id] })
    },
    create: () =>
      inTransaction(async (client) => {
        const ticket = { id: newId(), requesterId: anyTicket().requesterId }
        const { rows } = await client.query({
          name: 'number',
          text: 'UPDATE workspace SET last_ticket_number = last_ticket_number + 1 WHERE tenant_id = $1 RETURNING last_ticket_number AS number',
          values: [tenantId],
        })
        await client.query({
          name: 'create',
          text: `INSERT INTO ticket (tenant_id, id, number, title, source, requester_id, updated_at) VALUES ($1, $2, $3, 'Bench', 'api', $4, now())`,
          values: [tenantId, ticket.id, rows[0].number, ticket.requesterId],
        })
        await insertMessage(client, ticket)
      }),
    reply: () =>
      inTransaction(async (client) => {
        const ticket = anyTicket()
        const values = [tenantId, ticket.id]
        await client.query({ name: 'lock', text: 'SELECT id FROM ticket WHERE tenant_id = $1 AND id = $2 FOR UPDATE', values })
        await insertMessage(client, ticket)
        const text = 'UPDATE ticket SET version = version + 1, updated_at = now() WHERE tenant_id = $1 AND id = $2'
        await client.query({ name: 'touch', text, values })
      }),
  }
}
