import { asBackground } from '../core/background'
import { idsOf } from '../db/rows'
import { withPlatform } from '../db/scope'
import { log } from '../log/log'
import type { Job } from './define'
import { claim, runClaimed } from './run'

type Priority = Job['priority']

/**
 * What a process works off at once. One tenant never holds the last place of a lane, however much of its own there is and
 * however slow, nor do two: the others go on beside them.
 */
const lanes: Record<Priority, { places: number; perTenant: number }> = {
  high: { places: 6, perTenant: 2 },
  normal: { places: 5, perTenant: 2 },
  low: { places: 5, perTenant: 2 },
}
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

function openLane(priority: Priority): Lane {
  const { places, perTenant } = lanes[priority]
  const running = new Map<Promise<void>, string>()
  let last = nobody
  let filling: Promise<void> | null = null
  let [isAsked, isStopped] = [false, false]

  const full = () => {
    const owners = [...running.values()]
    return [...new Set(owners)].filter((owner) => owners.filter((each) => each === owner).length >= perTenant)
  }

  async function fillPlaces() {
    while (isAsked && !isStopped) {
      isAsked = false
      while (!isStopped && running.size < places) {
        const row = await claimNext(priority, last, full())
        if (!row) break
        last = row.tenantId ?? nobody
        const run: Promise<void> = runClaimed(row)
          .catch(() => {}) // it is logged and kept with the row, which says when it is tried again
          .then(() => {
            running.delete(run)
            void fill()
          })
        running.set(run, last)
      }
    }
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

/** The next job of a lane: its tenants have turns, in the order of their ids. */
const claimNext = (priority: Priority, last: string, full: string[]) =>
  withPlatform(async (tx) => {
    for (;;) {
      const [id] = await idsOf(tx.$queryRawUnsafe(nextDue, priority, last, full))
      if (!id) return
      const row = await claim(id)
      if (row) return row // else another process was quicker
    }
  })

const owner = (job: string) => `COALESCE(${job}.tenant_id, '${nobody}')`
const isWaiting = (job: string) => `${job}.priority = $1::platform."JobPriority" AND ${job}.status IN ('queued', 'failed')`

/**
 * Goes from tenant to tenant by the index `job_waiting`, and looks at the first job of each: what it costs depends on how many
 * tenants have something waiting, not on how much one of them has.
 */
export const nextDue = `
  WITH RECURSIVE owners AS (
    (SELECT ${owner('j')} AS id FROM platform.job j WHERE ${isWaiting('j')} ORDER BY j.priority, ${owner('j')} LIMIT 1)
    UNION ALL
    SELECT (SELECT ${owner('j')} FROM platform.job j WHERE ${isWaiting('j')} AND ${owner('j')} > o.id ORDER BY j.priority, ${owner('j')} LIMIT 1)
    FROM owners o WHERE o.id IS NOT NULL
  )
  SELECT due.id::text FROM owners o CROSS JOIN LATERAL (
    SELECT j.id FROM platform.job j WHERE ${isWaiting('j')} AND ${owner('j')} = o.id AND j.due_at <= now() ORDER BY j.due_at LIMIT 1
  ) due
  WHERE o.id <> ALL ($3::uuid[])
    AND (o.id = '${nobody}' OR EXISTS (SELECT 1 FROM platform.tenant t WHERE t.id = o.id AND t.status = 'active' AND t.deleted_at IS NULL))
  ORDER BY o.id <= $2::uuid, o.id LIMIT 1`
