import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { drainBackground } from '../../core/background'
import { newId } from '../../core/id'
import { rowsOf } from '../../db/rows'
import { withPlatform } from '../../db/scope'
import { wakeRelay } from '../../events/wake'
import { forgetRateLimits } from '../../procedure/rate-limit'
import type { ResolvedTenant } from '../../tenancy/resolve'
import { inWork, makePerson, makeTenant, makeTicket, passUndoWindow, setUndoWindow, type TestPerson } from '../../testing/factories'
import { sendDraftJob } from '../conversation/drafts'
import type { TicketOutput } from '../ticket/schema'
import type { TicketStatus } from '../ticket/workflow'
import { allowedMoves } from '../ticket/workflow'
import { bulkJob } from './jobs'
import type { BulkChange } from './schema'

const windowSeconds = 60
const bulkWindowSeconds = 120
/** Past the window of one ticket, and half of that of a bulk change. */
const someSeconds = 70
const tickets = 3

type Given = 'resolved' | 'closed' | 'reopened' | 'low' | 'urgent' | 'tag' | 'untag' | 'colleague' | 'nobody' | 'department' | Hold
/** Until a week from now, or two. */
type Hold = 'held' | 'heldLonger'
const givens: readonly Given[] = [
  ...([
    'resolved',
    'closed',
    'reopened',
    'held',
    'heldLonger',
    'low',
    'urgent',
    'tag',
    'untag',
    'colleague',
    'nobody',
    'department',
  ] as const),
]
const holdEnds: Record<Hold, string> = {
  held: new Date(Date.now() + 7 * 86_400_000).toISOString(),
  heldLonger: new Date(Date.now() + 14 * 86_400_000).toISOString(),
}
const undoKinds = ['assign', 'status', 'priority', 'tags', 'department'] as const
type UndoKind = (typeof undoKinds)[number]

type Step =
  | { do: 'change'; at: number; change: Given; isOthers: boolean }
  | { do: 'comment'; at: number; isNote: boolean }
  | { do: 'draft'; at: number; thenResolve: boolean }
  | { do: 'bulk'; from: number; change: Given | 'macro' }
  | { do: 'bulkMerge' }
  | { do: 'macro'; at: number }
  | { do: 'merge'; at: number }
  | { do: 'undo'; at: number; kind: UndoKind }
  | { do: 'undoDraft'; at: number }
  | { do: 'undoBulk' }
  | { do: 'undoMerge' }
  | { do: 'wait' }
  | { do: 'waitLong' }

const at = fc.nat(tickets - 1)
const change = fc.constantFrom(...givens)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('change' as const), at, change, isOthers: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('comment' as const), at, isNote: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('draft' as const), at, thenResolve: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('bulk' as const), from: at, change: fc.constantFrom(...givens, 'macro' as const) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'bulkMerge' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('macro' as const), at }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('merge' as const), at }) },
  { weight: 7, arbitrary: fc.record({ do: fc.constant('undo' as const), at, kind: fc.constantFrom(...undoKinds) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('undoDraft' as const), at }) },
  { weight: 3, arbitrary: fc.constant({ do: 'undoBulk' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'undoMerge' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'wait' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'waitLong' as const }) },
)

const resolve: Step = { do: 'change', at: 0, change: 'resolved', isOthers: false }
const undoStatus: Step = { do: 'undo', at: 0, kind: 'status' }
/** Tried in every run. */
const examples: [Step[]][] = [
  [[resolve, undoStatus, undoStatus, { do: 'waitLong' }]],
  [[{ do: 'bulk', from: 0, change: 'resolved' }, { do: 'wait' }, resolve, { do: 'undoBulk' }, undoStatus]],
  [
    [
      { do: 'bulk', from: 0, change: 'held' },
      { do: 'bulk', from: 0, change: 'heldLonger' },
      { do: 'undo', at: 0, kind: 'status' },
      { do: 'change', at: 1, change: 'held', isOthers: false },
      { do: 'undo', at: 1, kind: 'status' },
      { do: 'undoBulk' },
    ],
  ],
  [[{ do: 'bulk', from: 0, change: 'macro' }, { do: 'bulkMerge' }, { do: 'undoBulk' }, { do: 'undoBulk' }, { do: 'waitLong' }]],
  [[{ do: 'bulkMerge' }, { do: 'wait' }, { do: 'comment', at: 0, isNote: false }, { do: 'waitLong' }, { do: 'undoBulk' }]],
  [
    [
      { do: 'draft', at: 1, thenResolve: true },
      { do: 'merge', at: 1 },
      { do: 'wait' },
      { do: 'undoMerge' },
      { do: 'undo', at: 1, kind: 'status' },
    ],
  ],
]

/** How often something leaves: at least and at most. They differ where somebody else's later act makes it moot. */
type Times = [number, number]
const never: Times = [0, 0]
const once: Times = [1, 1]
const perhaps: Times = [0, 1]

/** What one act does to one ticket, and what leaves because of it. */
interface Part {
  ticketId: string
  /** What of the ticket it changed. */
  kinds: readonly UndoKind[]
  /** Somebody else did it, or it wrote to somebody as well. */
  isLasting: boolean
  mails: Times
  notices: Times
  calls: Times
  /** Stands in its mail or notification, and in no other. */
  words?: string
  isUndone: boolean
}
const silent = { kinds: [], isLasting: false, mails: never, notices: never, calls: never, isUndone: false } satisfies Omit<Part, 'ticketId'>

interface BulkAct {
  id: string
  parts: Part[]
  /** Tickets that it merged into the one of its only part. */
  mergedIds?: string[]
  age: number
}

/** Of any sequence of acts: what leaves and what does not; run on both databases. */
export function describeActs() {
  let tenant: ResolvedTenant
  let actor: TestPerson
  let other: TestPerson
  let colleague: TestPerson
  let elsewhere: string
  let home: string
  let macroId: string
  let count = 0
  beforeAll(async () => {
    tenant = await makeTenant('sequences')
    actor = await makePerson(tenant, 'moderator')
    other = await makePerson(tenant, 'moderator')
    colleague = await makePerson(tenant, 'moderator')
    await setUndoWindow(tenant, windowSeconds, bulkWindowSeconds)
    const departments = await inWork(tenant, ({ tx }) => tx.department.findMany())
    home = departments.find(({ isDefault }) => isDefault)?.id as string
    elsewhere = departments.find(({ isDefault }) => !isDefault)?.id as string
    const types = ['ticket_status', 'ticket_reopened', 'ticket_commented']
    await inWork(tenant, ({ tx, now }) =>
      tx.notificationHook.create({
        data: {
          tenantId: tenant.ref.id,
          id: newId(),
          name: 'Hook',
          kind: 'json',
          url: 'https://hook.example/',
          secret: 's',
          types,
          createdAt: now,
        },
      }),
    )
    const changes = [
      { kind: 'status', status: 'resolved' },
      { kind: 'assign', assigneeId: colleague.id },
      { kind: 'tags', add: ['macro'] },
    ]
    const made = await actor.request('POST', '/macros', { name: 'Done', scope: 'personal', changes })
    macroId = ((await made.json()) as { id: string }).id
  })

  const json = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T
  const read = (id: string) => json<TicketOutput>(actor.request('GET', `/ticket/${id}`))
  const isOk = (answer: Response) => answer.status >= 200 && answer.status < 300
  const jobRun = <I>(input: I) => ({ input, tenant, progress: async () => {} })

  const changeOf = (given: Given, ticket: TicketOutput): BulkChange => {
    switch (given) {
      case 'resolved':
      case 'closed':
        return { kind: 'status', status: given }
      case 'reopened':
        return { kind: 'status', status: ticket.assignee ? 'assigned' : 'created', reason: 'Again' }
      case 'held':
      case 'heldLonger':
        return { kind: 'hold', holdUntil: holdEnds[given] }
      case 'low':
      case 'urgent':
        return { kind: 'priority', priority: given }
      case 'tag':
        return { kind: 'tags', add: ['one'], remove: [] }
      case 'untag':
        return { kind: 'tags', add: [], remove: ['one'] }
      case 'colleague':
        return { kind: 'assign', assigneeId: colleague.id }
      case 'nobody':
        return { kind: 'assign', assigneeId: null }
      case 'department':
        return { kind: 'department', departmentId: ticket.department?.id === home ? elsewhere : home }
    }
  }
  const held = ({ assignee, status, holdUntil, priority, tags, department }: TicketOutput) => ({
    assign: assignee?.id,
    status: `${status} ${holdUntil}`,
    priority,
    tags: [...tags].sort().join(),
    department: department?.id,
  })
  /** What of a ticket is not as it was. */
  async function changedSince(before: TicketOutput): Promise<UndoKind[]> {
    const [was, is] = [held(before), held(await read(before.id))]
    return undoKinds.filter((kind) => was[kind] !== is[kind])
  }

  /** Null where there is nothing to do, or it is refused. */
  function partOf(ticket: TicketOutput, change: BulkChange): Part | null {
    const status = ticket.status as TicketStatus
    const part = { ...silent, ticketId: ticket.id }
    if (change.kind === 'status') {
      if (!allowedMoves({ status, isAssigned: ticket.assignee !== null }).includes(change.status)) return null
      return { ...part, mails: change.status === 'resolved' ? once : never, notices: once, calls: once }
    }
    if (change.kind === 'hold') {
      if (status === 'hold') return new Date(ticket.holdUntil ?? 0).toISOString() === change.holdUntil ? null : part
      return allowedMoves({ status, isAssigned: ticket.assignee !== null }).includes('hold')
        ? { ...part, notices: once, calls: once }
        : null
    }
    if (change.kind === 'assign') {
      if ((ticket.assignee?.id ?? null) === change.assigneeId) return null
      return { ...part, notices: change.assigneeId === colleague.id ? once : never }
    }
    if (change.kind === 'priority' && ticket.priority === change.priority) return null
    if (change.kind === 'tags') {
      const isNew = change.add.some((tag) => !ticket.tags.includes(tag)) || change.remove.some((tag) => ticket.tags.includes(tag))
      if (!isNew) return null
    }
    return part
  }

  /** A macro is done as a whole, or not at all. */
  function partOfMacro(ticket: TicketOutput): Part {
    const [status, assign] = [changeOf('resolved', ticket), changeOf('colleague', ticket)].map((each) => partOf(ticket, each))
    return {
      ...silent,
      ticketId: ticket.id,
      mails: status?.mails ?? never,
      notices: status || assign ? once : never,
      calls: status?.calls ?? never,
    }
  }

  const paths = {
    assign: 'assign',
    status: 'status',
    hold: 'status',
    priority: 'priority',
    tags: 'tags',
    department: 'department',
  } as const
  function body(change: BulkChange, ticket: TicketOutput): object {
    if (change.kind === 'hold') return { status: 'hold', holdUntil: change.holdUntil }
    if (change.kind !== 'tags') return change
    return { tags: [...new Set([...ticket.tags.filter((tag) => !change.remove.includes(tag)), ...change.add])] }
  }

  /** One run: tickets of one customer that the colleague watches, the steps, and what left in the end. */
  async function play(steps: readonly Step[]) {
    forgetRateLimits()
    const email = `s${++count}@example.com`
    const ids: string[] = []
    for (let n = 0; n < tickets; n++) ids.push((await makeTicket(tenant, { email })).id)
    await inWork(tenant, ({ tx }) =>
      tx.watcher.createMany({ data: ids.map((ticketId) => ({ tenantId: tenant.ref.id, ticketId, personId: colleague.id })) }),
    )
    await passUndoWindow(tenant)
    await inWork(tenant, ({ tx }) => tx.notification.deleteMany())

    const parts: Part[] = []
    const drafts = new Map<string, Part>()
    const bulks: BulkAct[] = []
    const merges: { id: string; part: Part; fromId: string; isLate: boolean }[] = []
    const gone = new Set<string>()
    /** What the step before this one did, where that can be undone. */
    let justDone: Part | undefined
    const lastOf = (ticketId: string, kind: UndoKind) => parts.findLast((part) => part.ticketId === ticketId && part.kinds.includes(kind))

    async function age(seconds: number) {
      await inWork(tenant, async ({ tx }) => {
        await tx.$executeRaw`
          UPDATE event_delivery SET leaves_at = leaves_at - make_interval(secs => ${seconds}::float),
            due_at = CASE WHEN due_at = leaves_at THEN due_at - make_interval(secs => ${seconds}::float) ELSE due_at END
          WHERE tenant_id = ${tenant.ref.id}::uuid AND status = 'pending' AND leaves_at IS NOT NULL`
        await tx.$executeRaw`UPDATE draft SET send_at = send_at - make_interval(secs => ${seconds}::float) WHERE send_at IS NOT NULL`
      })
      const due = await inWork(tenant, ({ tx }) => tx.draft.findMany({ where: { sendAt: { lte: new Date() } } }))
      for (const { id, ticketId } of due) {
        await sendDraftJob.run(jobRun({ draftId: id }))
        const part = drafts.get(ticketId)
        drafts.delete(ticketId)
        // One whose ticket went elsewhere comes back as a draft.
        if (!part || (await inWork(tenant, ({ tx }) => tx.draft.count({ where: { id } }))) > 0) continue
        // A reply to one that was merged meanwhile is on the one it went into.
        const where = { bodyText: part.words }
        const message = await inWork(tenant, ({ tx }) => tx.ticketMessage.findFirstOrThrow({ where }))
        parts.push({ ...part, ticketId: message.ticketId, kinds: ['status'] })
      }
      for (const bulk of bulks) bulk.age += seconds
      for (const merge of merges) merge.isLate = true
      wakeRelay(tenant.ref)
      await drainBackground()
    }

    async function runBulk(chosen: readonly string[], change: BulkChange): Promise<string> {
      const { id: bulkId } = await json<{ id: string }>(actor.request('POST', '/ticket/bulk', { ids: chosen, change }))
      await bulkJob.run(jobRun({ bulkId }))
      await drainBackground()
      return bulkId
    }
    async function itemsOf(bulkId: string, status: 'done' | 'undone'): Promise<string[]> {
      const items = await inWork(tenant, ({ tx }) => tx.bulkItem.findMany({ where: { bulkId, status }, select: { ticketId: true } }))
      return items.map(({ ticketId }) => ticketId)
    }

    /** Of what a reply or a note says; each has words of its own. */
    const said = (ticketId: string, isPublic: boolean): Part => {
      const words = `words${++count}end`
      return { ...silent, ticketId, isLasting: true, mails: isPublic ? once : never, notices: once, calls: once, words }
    }

    async function take(step: Step) {
      const id = 'at' in step ? (ids[step.at] as string) : ''
      const doneBefore = justDone
      justDone = undefined
      if (gone.has(id)) return
      switch (step.do) {
        case 'change': {
          const ticket = await read(id)
          const change = changeOf(step.change, ticket)
          const who = step.isOthers ? other : actor
          const method = change.kind === 'assign' ? 'POST' : 'PUT'
          const { kind: _, ...sent } = { kind: '', ...body(change, ticket), version: ticket.version }
          const answer = await who.request(method, `/ticket/${id}/${paths[change.kind as keyof typeof paths]}`, sent)
          const part = partOf(ticket, change)
          const isMove = change.kind === 'status' || change.kind === 'hold'
          expect(isOk(answer)).toBe(part !== null || !isMove || ticket.status === (change.kind === 'hold' ? 'hold' : change.status))
          if (part) parts.push({ ...part, kinds: await changedSince(ticket), isLasting: step.isOthers })
          return
        }
        case 'comment': {
          const before = await read(id)
          const part = said(id, !step.isNote)
          const sent = { body: part.words, isInternal: step.isNote }
          expect(isOk(await actor.request('POST', `/ticket/${id}/comments`, sent))).toBe(true)
          parts.push({ ...part, kinds: await changedSince(before) })
          return
        }
        case 'draft': {
          const part = said(id, true)
          const sent = { bodyHtml: `<p>${part.words}</p>`, ...(step.thenResolve ? { thenStatus: 'resolved' } : {}) }
          const answer = await actor.request('POST', `/ticket/${id}/drafts/reply/send`, sent)
          if (isOk(answer)) drafts.set(id, part)
          return
        }
        case 'macro': {
          const ticket = await read(id)
          const answer = await actor.request('POST', `/ticket/${id}/macros/${macroId}`)
          if (isOk(answer)) parts.push({ ...partOfMacro(ticket), kinds: await changedSince(ticket) })
          return
        }
        case 'merge': {
          const into = ids.find((each) => each !== id && !gone.has(each))
          if (!into) return
          const before = await read(into)
          const answer = await actor.request('POST', `/ticket/${id}/merge`, { into })
          if (!isOk(answer)) return
          gone.add(id)
          // Its question may open the other again, which is news.
          const kinds = await changedSince(before)
          const opened = kinds.includes('status') ? once : never
          const part: Part = { ...silent, ticketId: into, kinds, isLasting: true, mails: once, notices: opened, calls: opened }
          parts.push(part)
          merges.push({ id: ((await answer.json()) as { mergeId: string }).mergeId, part, fromId: id, isLate: false })
          return
        }
        case 'bulk': {
          const chosen = ids.slice(step.from).filter((each) => !gone.has(each))
          if (chosen.length === 0) return
          const before = await Promise.all(chosen.map(read))
          const change: BulkChange = step.change === 'macro' ? { kind: 'macro', macroId } : changeOf(step.change, before[0] as TicketOutput)
          const bulkId = await runBulk(chosen, change)
          const own: Part[] = []
          for (const ticket of before) {
            const kinds = await changedSince(ticket)
            const part = step.change === 'macro' ? kinds.length > 0 && partOfMacro(ticket) : partOf(ticket, change)
            if (part) own.push({ ...part, kinds })
          }
          parts.push(...own)
          bulks.push({ id: bulkId, parts: own, age: 0 })
          return
        }
        case 'bulkMerge': {
          const [into, ...chosen] = ids.filter((each) => !gone.has(each))
          if (!into || chosen.length === 0) return
          const before = await read(into)
          const bulkId = await runBulk(chosen, { kind: 'merge', intoId: into })
          const mergedIds = await itemsOf(bulkId, 'done')
          if (mergedIds.length === 0) return
          for (const each of mergedIds) gone.add(each)
          const kinds = await changedSince(before)
          const opened = kinds.includes('status') ? once : never
          const part: Part = { ...silent, ticketId: into, kinds, isLasting: true, mails: once, notices: opened, calls: opened }
          parts.push(part)
          bulks.push({ id: bulkId, parts: [part], mergedIds, age: 0 })
          return
        }
        case 'undo': {
          const answer = await actor.request('POST', `/ticket/${id}/undo`, { change: step.kind })
          if (doneBefore?.ticketId === id && doneBefore.kinds.includes(step.kind))
            expect(answer.status, 'it was done a moment ago').toBe(200)
          if (!isOk(answer)) return
          const last = lastOf(id, step.kind)
          expect(last, 'something was undone that nobody did').toBeDefined()
          expect(last, 'what was undone already, or somebody else did, was undone').toMatchObject({ isUndone: false, isLasting: false })
          if (last) last.isUndone = true
          return
        }
        case 'undoDraft': {
          if (isOk(await actor.request('POST', `/ticket/${id}/drafts/reply/undo`))) drafts.delete(id)
          return
        }
        case 'undoBulk': {
          const bulk = bulks.pop()
          if (!bulk) return
          expect(isOk(await actor.request('POST', `/ticket/bulk/${bulk.id}/undo`))).toBe(true)
          await bulkJob.run(jobRun({ bulkId: bulk.id }))
          const undone = await itemsOf(bulk.id, 'undone')
          for (const each of bulk.mergedIds ?? []) if (undone.includes(each)) gone.delete(each)
          const isBack = ({ ticketId }: Part) => (bulk.mergedIds ?? [ticketId]).every((each) => undone.includes(each))
          for (const part of bulk.parts.filter(isBack)) {
            // What has left stays with those who have it.
            part.isUndone ||= bulk.age < bulkWindowSeconds
            part.kinds = []
          }
          return
        }
        case 'undoMerge': {
          const merge = merges.pop()
          if (!merge) return
          if (!isOk(await actor.request('POST', `/ticket/merges/${merge.id}/undo`))) return
          gone.delete(merge.fromId)
          merge.part.isUndone = !merge.isLate
          return
        }
        case 'wait':
          return age(someSeconds)
        case 'waitLong':
          return age(bulkWindowSeconds + 1)
      }
    }

    /** A ticket that is not resolved any more when the mail leaves is not said to be. */
    async function noteMoot() {
      for (const id of ids) {
        const { status } = await inWork(tenant, ({ tx }) => tx.ticket.findFirstOrThrow({ where: { id } }))
        if (status === 'resolved') continue
        for (const part of parts) if (part.ticketId === id && part.mails === once && !part.words) part.mails = perhaps
      }
    }

    for (const each of steps) {
      const known = parts.length
      await take(each)
      if (each.do === 'change' || each.do === 'macro') justDone = parts.slice(known).find(({ isLasting }) => !isLasting)
      await noteMoot()
      await drainBackground()
    }
    await age(2 * bulkWindowSeconds)
    await age(1)
    return { parts, ids, left: await whatLeft(ids, email) }
  }

  const hookInput = z.object({ message: z.object({ url: z.string(), id: z.string() }) })
  const sumRow = z.object({ id: z.string(), sum: z.number(), text: z.string() })

  async function whatLeft(ids: string[], email: string) {
    const mails = await inWork(tenant, async ({ tx }) => {
      const rows = await tx.outboundMail.findMany({ where: { recipients: { has: email } } })
      return rows.map(({ raw, ticketId, messageId }) => ({ ticketId, messageId, text: Buffer.from(raw).toString() }))
    })
    const notices = await inWork(tenant, ({ tx }) =>
      rowsOf(
        sumRow,
        tx.$queryRaw`SELECT ticket_id::text AS id, sum(count)::int AS sum, string_agg(body, ' ') AS text FROM notification
          WHERE person_id = ${colleague.id}::uuid AND ticket_id = ANY(${ids}::uuid[]) GROUP BY ticket_id`,
      ),
    )
    const jobs = await withPlatform((tx) => tx.job.findMany({ where: { tenantId: tenant.ref.id, name: 'notifications.hook' } }))
    const calls = jobs.map(({ input }) => hookInput.parse(input).message.url)
    return {
      mails: mails.filter(({ messageId }) => !messageId.includes('ack-')),
      notices: new Map(notices.map(({ id, sum, text }) => [id, { sum, text }])),
      calls,
    }
  }

  const sum = (times: Times[]): Times => [times.reduce((all, [least]) => all + least, 0), times.reduce((all, [, most]) => all + most, 0)]
  function expectTimes(what: string, is: number, times: Times[]) {
    const [least, most] = sum(times)
    expect(is, `${what}: too few`).toBeGreaterThanOrEqual(least)
    expect(is, `${what}: too many`).toBeLessThanOrEqual(most)
  }

  it('nothing of an undone act ever leaves, and everything of any other leaves once', async () => {
    let seen = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
        const { parts, ids, left } = await play(steps)
        const lasting = parts.filter(({ isUndone }) => !isUndone)
        seen += lasting.length
        // All of one customer's: a mail names its ticket, but a merge writes about two.
        expectTimes(
          'mails',
          left.mails.length,
          lasting.map(({ mails }) => mails),
        )
        for (const id of ids) {
          const own = lasting.filter(({ ticketId }) => ticketId === id)
          expectTimes(
            'notices',
            left.notices.get(id)?.sum ?? 0,
            own.map(({ notices }) => notices),
          )
          expectTimes(
            'calls',
            left.calls.filter((url) => url.endsWith(id)).length,
            own.map(({ calls }) => calls),
          )
        }
        for (const { words, mails } of parts)
          if (words && mails === once) expect(left.mails.filter(({ text }) => text.includes(words))).toHaveLength(1)
      }),
      { numRuns: 12, interruptAfterTimeLimit: 80_000, endOnFailure: true, examples },
    )
    expect(seen).toBeGreaterThan(20)
  }, 120_000)
}
