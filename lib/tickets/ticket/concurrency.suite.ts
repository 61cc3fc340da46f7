import { call } from '@orpc/server'
import { beforeAll, describe, expect, it } from 'vitest'
import { withPlatform } from '../../db/scope'
import { runJob } from '../../jobs/run'
import { internalCaller } from '../../procedure/caller'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { inWork, makePerson, makeTenant, makeTicket, send, system, type TestPerson } from '../../testing/factories'
import { createPublicTicket } from '../conversation/commands/create'

/** Many at once; run on both databases. */
export function describeConcurrency() {
  let tenant: ResolvedTenant
  let agent: TestPerson
  beforeAll(async () => {
    tenant = await makeTenant('busy')
    agent = await makePerson(tenant, 'agent')
  })

  const request = (n: number, email = `p${n}@example.com`) => ({ name: 'P', email, title: `T${n}`, description: 'D' })

  it('numbers 50 tickets created at once without gaps or doubles', async () => {
    const caller = internalCaller({ tenant, actor: system })
    const made = await Promise.all(Array.from({ length: 50 }, (_, n) => call(createPublicTicket, request(n), { context: { caller } })))
    const numbers = made.map(({ number }) => Number(number.split('-')[1])).sort((a, b) => a - b)
    expect(numbers).toEqual(Array.from({ length: 50 }, (_, n) => n + 1))
  })

  it('makes one contact of a new sender who writes twice at once', async () => {
    const caller = internalCaller({ tenant, actor: system })
    await Promise.all(
      Array.from({ length: 10 }, (_, n) => call(createPublicTicket, request(n, 'same@example.com'), { context: { caller } })),
    )
    const state = await inWork(tenant, async ({ tx }) => ({
      addresses: await tx.contactAddress.count({ where: { email: 'same@example.com' } }),
      requesters: (
        await tx.ticket.findMany({
          where: { requester: { addresses: { some: { email: 'same@example.com' } } } },
          distinct: ['requesterId'],
        })
      ).length,
      lonely: await tx.contact.count({ where: { addresses: { none: {} }, personId: null } }),
    }))
    expect(state).toEqual({ addresses: 1, requesters: 1, lonely: 0 })
  })

  it('lets one of two assignments win and tells the other the version that is current', async () => {
    const ticket = await makeTicket(tenant)
    const body = { assigneeId: agent.id, version: ticket.version }
    const answers = await Promise.all([1, 2, 3].map(() => agent.request('POST', `/ticket/${ticket.id}/assign`, body)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    const problem = (await answers.find(({ status }) => status === 409)?.json()) as { currentVersion: number }
    expect(problem.currentVersion).toBe(ticket.version + 1)
  })

  it('deletes a department once, and no ticket that comes or moves there meanwhile stays in it', async () => {
    const owner = await makePerson(tenant, 'owner')
    const { id } = (await (await owner.request('POST', '/department', { name: 'Short-lived' })).json()) as { id: string }
    const movable = await Promise.all(Array.from({ length: 8 }, () => makeTicket(tenant)))
    const moves = movable.map(({ id: ticketId, version }) =>
      owner.request('PUT', `/ticket/${ticketId}/department`, { departmentId: id, version }),
    )
    const asked = Array.from({ length: 8 }, (_, n) => send(tenant, 'POST', '/public/tickets', { ...request(n), departmentId: id }))
    const removals = [1, 2, 3].map(() => owner.request('DELETE', `/department/${id}`))
    const answers = await Promise.all(removals)
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404])
    for (const answer of await Promise.all([...moves, ...asked])) expect([200, 201, 404]).toContain(answer.status)
    // The first tickets have moved with it, the rest move by a job.
    const jobs = await withPlatform((tx) => tx.job.findMany({ where: { name: 'tickets.pass-on', status: 'queued' } }))
    for (const { id: jobId } of jobs) await runJob(jobId)
    const found = await inWork(tenant, async ({ tx }) => ({
      deleted: await tx.event.count({ where: { subjectId: id, type: 'department.deleted' } }),
      left: await tx.ticket.count({ where: { departmentId: id } }),
    }))
    expect(found).toEqual({ deleted: 1, left: 0 })
  })

  describe('an idempotency key', () => {
    it('gives many requests at once one effect and one answer', async () => {
      const headers = { 'idempotency-key': 'once' }
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => send(tenant, 'POST', '/public/tickets', request(1, 'once@example.com'), headers)),
      )
      const bodies = (await Promise.all(answers.map((answer) => answer.json()))) as { id: string }[]
      expect(new Set(bodies.map(({ id }) => id)).size).toBe(1)
      expect(answers.filter((answer) => answer.headers.get('idempotency-replayed') === 'true')).toHaveLength(7)
      expect(
        await inWork(tenant, ({ tx }) => tx.ticket.count({ where: { requester: { addresses: { some: { email: 'once@example.com' } } } } })),
      ).toBe(1)
    })

    it('gives the answer again of what is told to nobody', async () => {
      const { id } = await makeTicket(tenant)
      const ask = () =>
        agent.request('POST', `/ticket/${id}/addressees/check`, { emails: ['a@example.com'] }, { 'idempotency-key': 'quiet' })
      const [first, again] = [await ask(), await ask()]
      expect(again.headers.get('idempotency-replayed')).toBe('true')
      expect(await again.json()).toEqual(await first.json())
    })

    it('is refused for another request, and forgotten with a request that failed', async () => {
      const headers = { 'idempotency-key': 'twice' }
      const bad = await send(tenant, 'POST', '/public/tickets', { ...request(1), email: 'nonsense' }, headers)
      expect(bad.status).toBe(422)
      expect((await send(tenant, 'POST', '/public/tickets', request(2), headers)).status).toBe(201)
      const other = await send(tenant, 'POST', '/public/tickets', request(3), headers)
      expect(other.status).toBe(422)
      expect(await other.json()).toMatchObject({
        code: 'INVALID',
        fields: { 'Idempotency-Key': [expect.stringContaining('another request')] },
      })
    })
  })

  it('uses a refresh token up once, whoever is first', async () => {
    const { email } = await makePerson(tenant, 'agent')
    const login = await send(tenant, 'POST', '/auth/login', { email, password: 'correct horse battery' })
    const { refreshToken } = (await login.json()) as { refreshToken: string }
    const answers = await Promise.all([1, 2].map(() => send(tenant, 'POST', '/auth/refresh', { refreshToken })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401])
  })
}
