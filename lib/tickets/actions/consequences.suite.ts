import { beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../../core/background'
import { sweepDeliveries } from '../../events/relay'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { inWork, makePerson, makeTenant, makeTicket, passUndoWindow, setUndoWindow, type TestPerson } from '../../testing/factories'
import { english } from '../../text/translator'
import { sendDraftJob } from '../conversation/drafts'
import type { TicketOutput } from '../ticket/schema'
import { bulkJob } from './jobs'

/** What is sent because of an act, and what is not because it was undone; run on both databases. */
export function describeConsequences() {
  let tenant: ResolvedTenant
  let actor: TestPerson
  let colleague: TestPerson
  let count = 0
  beforeAll(async () => {
    tenant = await makeTenant('acts')
    actor = await makePerson(tenant, 'moderator')
    colleague = await makePerson(tenant, 'agent')
    await setUndoWindow(tenant, 100)
  })

  const json = async <T>(answer: Response | Promise<Response>): Promise<T> => (await (await answer).json()) as T
  const read = (id: string) => json<TicketOutput>(actor.request('GET', `/ticket/${id}`))
  const resolvedWords = english('mails.request.resolved')

  /** A ticket of a customer of its own that the colleague watches. */
  async function ask() {
    const email = `c${++count}@example.com`
    const { id } = await makeTicket(tenant, { email })
    await inWork(tenant, ({ tx }) => tx.watcher.create({ data: { tenantId: tenant.ref.id, ticketId: id, personId: colleague.id } }))
    await passUndoWindow(tenant)
    await inWork(tenant, ({ tx }) => tx.notification.deleteMany())
    return { id, email }
  }
  /** The mails that a customer got beside the acknowledgement. */
  const mailsTo = (email: string) =>
    inWork(tenant, async ({ tx }) => {
      const where = { recipients: { has: email }, NOT: { messageId: { startsWith: 'ack-' } } }
      const rows = await tx.outboundMail.findMany({ where, orderBy: { createdAt: 'asc' } })
      return rows.map(({ raw }) => decoded(raw))
    })
  const decoded = (raw: Uint8Array) =>
    Buffer.from(raw)
      .toString()
      .replace(/=\r?\n/g, '')
      .replace(/=E2=80=99/g, '’')
  const noticesOf = ({ id: personId }: TestPerson) =>
    inWork(tenant, ({ tx }) => tx.notification.findMany({ where: { personId }, select: { type: true, count: true, body: true } }))

  const jobRun = <I>(input: I) => ({ input, tenant, progress: async () => {} })
  async function bulk(ids: string[], change: object): Promise<string> {
    const { id } = await json<{ id: string }>(actor.request('POST', '/ticket/bulk', { ids, change }))
    await bulkJob.run(jobRun({ bulkId: id }))
    return id
  }
  async function undoBulk(id: string) {
    expect((await actor.request('POST', `/ticket/bulk/${id}/undo`)).status).toBe(200)
    await bulkJob.run(jobRun({ bulkId: id }))
  }
  async function put(id: string, path: string, body: object) {
    const answer = await actor.request(path === 'assign' ? 'POST' : 'PUT', `/ticket/${id}/${path}`, {
      ...body,
      version: (await read(id)).version,
    })
    expect(answer.status).toBe(200)
  }
  const undo = (id: string, change: string) => actor.request('POST', `/ticket/${id}/undo`, { change })
  async function sendDraft(id: string, thenStatus?: string) {
    const draft = await json<{ id: string }>(
      actor.request('POST', `/ticket/${id}/drafts/reply/send`, { bodyHtml: '<p>Try again now</p>', thenStatus }),
    )
    return draft.id
  }
  async function draftIsDue(id: string) {
    const [draft] = await inWork(tenant, ({ tx }) =>
      tx.draft.updateManyAndReturn({ where: { ticketId: id, sendAt: { not: null } }, data: { sendAt: new Date() } }),
    )
    if (draft?.sendAt) await sendDraftJob.run(jobRun({ draftId: draft.id }))
    await drainBackground()
  }

  interface Act {
    name: string
    act: (id: string) => Promise<unknown>
    /** @returns whether it was still possible */
    undo: (id: string, made: unknown) => Promise<boolean>
    /** What happens where nobody undoes it: mails to the customer, notices to the colleague, the status and the number of messages that the customer sees. */
    told: { mails: number; notices: number; status: string; messages: number }
    isDraft?: true
  }
  const single = (change: string) => async (id: string) => (await undo(id, change)).status === 200
  const wasUndone = async (id: string) => {
    await undoBulk(id)
    return true
  }
  const acts: Act[] = [
    {
      name: 'resolving a ticket',
      act: (id) => put(id, 'status', { status: 'resolved' }),
      undo: single('status'),
      told: { mails: 1, notices: 1, status: 'resolved', messages: 1 },
    },
    {
      name: 'assigning a ticket',
      act: (id) => put(id, 'assign', { assigneeId: colleague.id }),
      undo: single('assign'),
      told: { mails: 0, notices: 1, status: 'assigned', messages: 1 },
    },
    {
      name: 'a reply',
      act: (id) => sendDraft(id),
      undo: async (id) => (await actor.request('POST', `/ticket/${id}/drafts/reply/undo`)).status === 200,
      told: { mails: 1, notices: 1, status: 'in_progress', messages: 2 },
      isDraft: true,
    },
    {
      name: 'a reply that resolves',
      act: (id) => sendDraft(id, 'resolved'),
      undo: async (id) => (await actor.request('POST', `/ticket/${id}/drafts/reply/undo`)).status === 200,
      told: { mails: 1, notices: 1, status: 'resolved', messages: 2 },
      isDraft: true,
    },
    {
      name: 'resolving in bulk',
      act: (id) => bulk([id], { kind: 'status', status: 'resolved' }),
      undo: (_, made) => wasUndone(made as string),
      told: { mails: 1, notices: 1, status: 'resolved', messages: 1 },
    },
    {
      name: 'assigning in bulk',
      act: (id) => bulk([id], { kind: 'assign', assigneeId: colleague.id }),
      undo: (_, made) => wasUndone(made as string),
      told: { mails: 0, notices: 1, status: 'assigned', messages: 1 },
    },
  ]

  async function outcome(id: string, email: string) {
    const { status, publicMessages } = await inWork(tenant, async ({ tx }) => {
      const row = await tx.ticket.findFirstOrThrow({ where: { id } })
      return { status: row.status, publicMessages: row.publicMessageCount }
    })
    const [mails, notices] = [await mailsTo(email), await noticesOf(colleague)]
    return { mails: mails.length, notices: notices.length, status, messages: publicMessages }
  }
  const nothing = { mails: 0, notices: 0, status: 'created', messages: 1 }

  describe.each(acts)('$name', ({ act, undo: takeBack, told, isDraft }) => {
    it('that is undone inside the window tells nobody, then or later', async () => {
      const { id, email } = await ask()
      const made = await act(id)
      await drainBackground()
      expect(await outcome(id, email)).toMatchObject({ mails: 0, notices: 0 })
      expect(await takeBack(id, made)).toBe(true)
      if (isDraft) await draftIsDue(id)
      await passUndoWindow(tenant)
      expect(await outcome(id, email)).toEqual(nothing)
    })

    it('that nobody undoes tells each once, when the window ends', async () => {
      const { id, email } = await ask()
      await act(id)
      if (isDraft) await draftIsDue(id)
      await passUndoWindow(tenant)
      expect(await outcome(id, email)).toEqual(told)
      await passUndoWindow(tenant)
      expect(await outcome(id, email)).toEqual(told)
    })

    it('that is undone after the window tells nobody anything more', async () => {
      const { id, email } = await ask()
      const made = await act(id)
      if (isDraft) await draftIsDue(id)
      await passUndoWindow(tenant)
      const isUndone = await takeBack(id, made)
      await passUndoWindow(tenant)
      expect(await outcome(id, email)).toEqual({ ...told, ...(isUndone ? { status: 'created' } : {}) })
    })
  })

  it('a reply that resolves is one mail with both in it, and one notification', async () => {
    const { id, email } = await ask()
    await sendDraft(id, 'resolved')
    await draftIsDue(id)
    const mails = await mailsTo(email)
    expect(mails).toHaveLength(1)
    expect(mails[0]).toContain('Try again now')
    expect(mails[0]).toContain(resolvedWords)
    expect(await noticesOf(colleague)).toMatchObject([
      { type: 'ticket_commented', count: 1, body: expect.stringContaining('is now resolved') },
    ])
  })

  it('a bulk change of 50 that is undone mails nobody, and without the undo each of 50 once', async () => {
    const asked: { id: string; email: string }[] = []
    for (let n = 0; n < 50; n++)
      asked.push({ ...(await makeTicket(tenant, { email: `many${n}@example.com` })), email: `many${n}@example.com` })
    await passUndoWindow(tenant)
    const ids = asked.map(({ id }) => id)
    const resolved = { kind: 'status', status: 'resolved' }
    const told = () =>
      inWork(tenant, async ({ tx }) => {
        const where = { ticketId: { in: ids }, messageId: { startsWith: 'resolved-' } }
        const rows = await tx.outboundMail.findMany({ where, select: { recipients: true } })
        return rows.flatMap(({ recipients }) => recipients).sort()
      })
    await undoBulk(await bulk(ids, resolved))
    await passUndoWindow(tenant)
    expect(await told()).toEqual([])
    await bulk(ids, resolved)
    await drainBackground()
    expect(await told()).toEqual([])
    await passUndoWindow(tenant)
    expect(await told()).toEqual(asked.map(({ email }) => email).sort())
  }, 120_000)

  it('counts the window of a bulk change from its end, also of one that was killed and goes on', async () => {
    const tickets = [await ask(), await ask()]
    const body = { ids: tickets.map(({ id }) => id), change: { kind: 'status', status: 'resolved' } }
    const { id: bulkId } = await json<{ id: string }>(actor.request('POST', '/ticket/bulk', body))
    // Killed after the first: its mail waits for the end, however long that takes.
    await inWork(tenant, ({ tx }) => tx.bulkItem.updateMany({ where: { bulkId, position: 1 }, data: { status: 'kept' } }))
    const leavesIn = async () => {
      const where = { actId: bulkId, status: 'pending' as const, subscriber: 'mail.compose' }
      const rows = await inWork(tenant, ({ tx }) => tx.eventDelivery.findMany({ where }))
      return rows.map(({ dueAt }) => Math.round((dueAt.getTime() - Date.now()) / 1000))
    }
    const killed = bulkJob.run({ ...jobRun({ bulkId }), progress: async () => {} })
    await killed
    await inWork(tenant, async ({ tx }) => {
      await tx.bulkAction.updateMany({ where: { id: bulkId }, data: { status: 'running', leavesAt: null } })
      await tx.bulkItem.updateMany({ where: { bulkId, position: 1 }, data: { status: 'waiting' } })
      await tx.$executeRaw`UPDATE event_delivery SET leaves_at = now() + interval '1 hour', due_at = now() + interval '1 hour' WHERE act_id = ${bulkId} AND status = 'pending'`
    })
    await bulkJob.run(jobRun({ bulkId }))
    const seconds = await leavesIn()
    expect(seconds).toHaveLength(2)
    for (const wait of seconds) expect(wait).toBeGreaterThan(90)
    for (const wait of seconds) expect(wait).toBeLessThan(102)
    await passUndoWindow(tenant)
    for (const { email } of tickets) expect(await mailsTo(email)).toHaveLength(1)
  })

  it('after a crash between commit and dispatch, the sweep lets it leave once', async () => {
    const { id, email } = await ask()
    await put(id, 'status', { status: 'resolved' })
    await drainBackground()
    await inWork(
      tenant,
      ({ tx }) =>
        tx.$executeRaw`UPDATE event_delivery SET due_at = now(), leaves_at = now() WHERE due_at = leaves_at AND status = 'pending'`,
    )
    await sweepDeliveries(new Date(Date.now() + 1000))
    await drainBackground()
    await sweepDeliveries(new Date(Date.now() + 1000))
    await drainBackground()
    expect(await mailsTo(email)).toHaveLength(1)
  })

  it('does not tell of a resolution that somebody else reversed meanwhile', async () => {
    const { id, email } = await ask()
    await bulk([id], { kind: 'status', status: 'resolved' })
    const reopened = { status: 'created', reason: 'It is not', version: (await read(id)).version }
    expect((await colleague.request('PUT', `/ticket/${id}/status`, reopened)).status).toBe(200)
    await passUndoWindow(tenant)
    expect(await mailsTo(email)).toEqual([])
  })

  it('leaves a ticket alone that somebody else changed in the same since, and then tells what stayed', async () => {
    const [kept, back] = [await ask(), await ask()]
    const id = await bulk([kept.id, back.id], { kind: 'status', status: 'resolved' })
    await colleague.request('PUT', `/ticket/${kept.id}/status`, { status: 'closed', version: (await read(kept.id)).version })
    await undoBulk(id)
    await passUndoWindow(tenant)
    expect((await read(kept.id)).status).toBe('closed')
    expect((await read(back.id)).status).toBe('created')
    expect(await mailsTo(back.email)).toEqual([])
    const other = await ask()
    await put(other.id, 'assign', { assigneeId: colleague.id })
    await colleague.request('POST', `/ticket/${other.id}/assign`, { assigneeId: actor.id, version: (await read(other.id)).version })
    expect((await undo(other.id, 'assign')).status).toBe(404)
    expect((await read(other.id)).assignee?.id).toBe(actor.id)
  })

  it('lets a customer’s answer overtake what waits to be undone', async () => {
    const { id, email } = await ask()
    await put(id, 'status', { status: 'resolved' })
    await inWork(tenant, async (work) => {
      const ticket = await work.tx.ticket.findFirstOrThrow({ where: { id } })
      work.emit(
        'ticket.replied',
        { messageId: (await work.tx.ticketMessage.findFirstOrThrow({ where: { ticketId: id } })).id, by: 'requester' },
        { subjectId: ticket.id },
      )
    })
    await drainBackground()
    expect((await noticesOf(colleague)).map(({ type }) => type)).toEqual(['ticket_commented'])
    expect(await mailsTo(email)).toEqual([])
    await passUndoWindow(tenant)
    expect(await mailsTo(email)).toHaveLength(1)
  })

  it('takes back as well what a department’s routing made of it', async () => {
    const owner = await makePerson(tenant, 'owner')
    const member = await makePerson(tenant, 'agent')
    const made = { name: `Routed ${++count}`, routing: 'round_robin', memberIds: [member.id] }
    const { id: departmentId } = await json<{ id: string }>(owner.request('POST', '/department', made))
    for (const undone of ['single', 'bulk']) {
      const { id } = await ask()
      if (undone === 'single') await put(id, 'department', { departmentId })
      const bulkId = undone === 'bulk' ? await bulk([id], { kind: 'department', departmentId }) : ''
      await drainBackground()
      expect((await read(id)).assignee?.id).toBe(member.id)
      if (undone === 'single') expect((await undo(id, 'department')).status).toBe(200)
      else await undoBulk(bulkId)
      await passUndoWindow(tenant)
      expect(await read(id)).toMatchObject({ assignee: null, status: 'created' })
      expect(await noticesOf(member)).toEqual([])
    }
  })

  it('undoes one’s changes one after the other, the last first, and none of them twice', async () => {
    const { id } = await ask()
    for (const priority of ['low', 'urgent']) await put(id, 'priority', { priority })
    for (const priority of ['low', 'medium']) {
      expect((await undo(id, 'priority')).status).toBe(200)
      expect((await read(id)).priority).toBe(priority)
    }
    expect((await undo(id, 'priority')).status).toBe(404)
    expect((await read(id)).priority).toBe('medium')
    const bulkId = await bulk([id], { kind: 'priority', priority: 'high' })
    await undoBulk(bulkId)
    expect((await undo(id, 'priority')).status).toBe(404)
    expect((await read(id)).priority).toBe('medium')
  })

  it('puts back all that belongs to a status', async () => {
    const { id } = await ask()
    await put(id, 'status', { status: 'hold', reason: 'Waiting for parts', holdUntil: new Date(Date.now() + 86_400_000).toISOString() })
    const { version, updatedAt, abilities, ...before } = await read(id)
    await put(id, 'status', { status: 'resolved' })
    expect((await undo(id, 'status')).status).toBe(200)
    expect(await read(id)).toMatchObject(before)
    expect(before).toMatchObject({ status: 'hold', statusReason: 'Waiting for parts' })
  })

  it('says before it begins how many tickets it changes and how many customers it emails, and afterwards why some were not', async () => {
    const [one, other, done] = [await ask(), await ask(), await ask()]
    const again = await makeTicket(tenant, { email: one.email })
    await put(done.id, 'status', { status: 'resolved' })
    const ids = [one.id, other.id, done.id, again.id]
    const preview = (change: object, chosen: object = { ids }) =>
      json<Record<string, unknown>>(actor.request('POST', '/ticket/bulk/preview', { ...chosen, change }))
    expect(await preview({ kind: 'status', status: 'resolved' })).toMatchObject({ chosen: 4, total: 4, changed: 3, mailed: 2 })
    expect(await preview({ kind: 'status', status: 'closed' })).toMatchObject({ changed: 1, mailed: 0 })
    expect(await preview({ kind: 'priority', priority: 'low' })).toMatchObject({ changed: 4, mailed: 0 })
    const { statuses } = await json<{ statuses: string[] }>(actor.request('POST', '/ticket/bulk/preview', { ids: [one.id, other.id] }))
    expect(statuses).toEqual(['in_progress', 'hold', 'resolved', 'rejected'])
    const whole = await preview({ kind: 'status', status: 'closed' }, { all: { view: 'done' } })
    expect(whole).toMatchObject({ chosen: whole.total, changed: expect.any(Number) })
    expect(whole.changed).toBeGreaterThan(0)
    const id = await bulk(ids, { kind: 'status', status: 'closed' })
    const made = await json<{ done: number; failed: number; reasons: { count: number }[] }>(actor.request('GET', `/ticket/bulk/${id}`))
    expect(made).toMatchObject({ done: 1, failed: 3, reasons: [{ count: 3, error: expect.stringMatching(/^[A-Z].+\.$/) }] })
  })
}
