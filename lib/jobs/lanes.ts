import { asBackground } from '../core/background'
import { idsOf } from '../db/rows'
import { withPlatform } from '../db/scope'
import { log } from '../log/log'
import type { Job } from './define'
import { claim, runClaimed } from './run'

type Priority = Job['priority']

/** Of each tenant's jobs of a kind so many run at once in a process. */
export const perKind = 2
/**
 * How many jobs a lane begins within `slowMs`, and how many run in it in all: more than one tenant can have running. A job that
 * takes longer makes room for others, so that slow jobs hold up only jobs of their own kind and tenant until a lane is full.
 */
export const lanes: Record<Priority, { places: number; most: number }> = {
  high: { places: 6, most: 20 },
  normal: { places: 5, most: 20 },
  low: { places: 5, most: 20 },
}
const slowMs = 250
/** How late a job may begin that falls due while nobody says anything. */
const pollMs = 1000
/** Whose the platform's own jobs are. */
const nobody = '00000000-0000-0000-0000-000000000000'

interface Lane {
  fill(): Promise<void>
  stop(): Promise<unknown>
}

const store = globalThis as typeof globalThis & { __barazaLanes?: Lane[] }

/** Works the jobs off in this process until `stopLanes`. */
export function startLanes() {
  store.__barazaLanes ??= asBackground(() => (Object.keys(lanes) as Priority[]).map(openLane))
}

/** Looks for what is due now, where this process works jobs off. */
export const fillLanes = () => {
  for (const lane of store.__barazaLanes ?? []) void lane.fill()
}

/** Begins nothing new; resolves when what runs is done. */
export async function stopLanes() {
  const open = store.__barazaLanes ?? []
  store.__barazaLanes = undefined
  await Promise.all(open.map((lane) => lane.stop()))
}

/** Whose job it is, and which. */
interface Kind {
  owner: string
  name: string
}
const isSame = (a: Kind) => (b: Kind) => a.owner === b.owner && a.name === b.name

function openLane(priority: Priority): Lane {
  const { places, most } = lanes[priority]
  const running = new Map<Promise<void>, Kind>()
  let quick = 0
  let last: Kind = { owner: nobody, name: '' }
  let filling: Promise<void> | null = null
  let [isAsked, isStopped] = [false, false]

  const full = () => {
    const kinds = [...running.values()]
    return kinds.filter((kind) => kinds.filter(isSame(kind)).length >= perKind)
  }

  async function fillPlaces() {
    while (isAsked && !isStopped) {
      isAsked = false
      while (!isStopped && quick < places && running.size < most) {
        const row = await claimNext(priority, last, full())
        if (!row) break
        last = { owner: row.tenantId ?? nobody, name: row.name }
        begin(row, last)
      }
    }
  }

  function begin(row: Claimed, kind: Kind) {
    const leave = () => {
      quick -= 1
      void fill()
    }
    quick += 1
    let timer: NodeJS.Timeout | undefined = setTimeout(() => {
      timer = undefined
      leave()
    }, slowMs)
    const run: Promise<void> = runClaimed(row)
      .catch(() => {}) // it is logged and kept with the row, which says when it is tried again
      .then(() => {
        running.delete(run)
        if (!timer) return void fill()
        clearTimeout(timer)
        leave()
      })
    running.set(run, kind)
  }

  const fill = () => {
    isAsked = true
    filling ??= asBackground(fillPlaces)
      .catch((error) => log().error({ err: error, priority }, 'jobs could not be claimed; the lane looks again in a moment'))
      .finally(() => {
        filling = null
        if (isAsked && !isStopped) void fill()
      })
    return filling
  }
  const timer = setInterval(() => void fill(), pollMs)
  void fill()
  return {
    fill,
    async stop() {
      isStopped = true
      clearInterval(timer)
      await filling
      await Promise.all(running.keys())
    },
  }
}

type Claimed = NonNullable<Awaited<ReturnType<typeof claim>>>

/** The next job of a lane: kinds of tenants have turns, in the order of the tenants' ids and the jobs' names. */
const claimNext = (priority: Priority, last: Kind, full: readonly Kind[]): Promise<Claimed | undefined> =>
  withPlatform(async (tx) => {
    for (;;) {
      const [id] = await idsOf(tx.$queryRawUnsafe(nextDue, priority, last.owner, last.name, JSON.stringify(full)))
      if (!id) return
      const row = await claim(id)
      if (row) return row // else another process was quicker
    }
  })

const owner = (job: string) => `COALESCE(${job}.tenant_id, '${nobody}')`
const isWaiting = (job: string) => `${job}.priority = $1::platform."JobPriority" AND ${job}.status IN ('queued', 'failed')`
// not-words: SQL
const firstKind = (condition: string) => `
  SELECT ${owner('j')} AS owner, j.name FROM platform.job j
  WHERE ${isWaiting('j')} ${condition} ORDER BY j.priority, ${owner('j')}, j.name LIMIT 1`

/**
 * Goes from kind to kind of each tenant by the index `job_waiting`, and looks at the first job of each: what it costs depends on
 * how many kinds have something waiting, not on how much there is of one.
 */
export const nextDue = `
  WITH RECURSIVE kinds AS (
    (${firstKind('')})
    UNION ALL
    SELECT next.* FROM kinds k CROSS JOIN LATERAL (${firstKind(`AND (${owner('j')}, j.name) > (k.owner, k.name)`)}) next
  )
  SELECT due.id::text FROM kinds k CROSS JOIN LATERAL (
    SELECT j.id FROM platform.job j WHERE ${isWaiting('j')} AND ${owner('j')} = k.owner AND j.name = k.name AND j.due_at <= now()
    ORDER BY j.due_at LIMIT 1
  ) due
  WHERE NOT EXISTS (SELECT FROM jsonb_to_recordset($4::jsonb) AS f (owner uuid, name text) WHERE f.owner = k.owner AND f.name = k.name)
    AND (k.owner = '${nobody}' OR EXISTS (SELECT 1 FROM platform.tenant t WHERE t.id = k.owner AND t.status = 'active' AND t.deleted_at IS NULL))
  ORDER BY (k.owner, k.name) <= ($2::uuid, $3::text), k.owner, k.name LIMIT 1`
