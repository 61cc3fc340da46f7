import { setImmediate as nextTurn } from 'node:timers/promises'
import { ORPCError } from '@orpc/server'
import type { Actor } from '../actor/actor'
import { isInUnitOfWork, isTransient, type TenantRef, type TenantTx, withTenant } from '../db/scope'
import type { Caller, ProcedureMeta } from './context'

interface Read {
  work: (tx: TenantTx) => Promise<void>
  refuse: (error: unknown) => void
  /** It failed once through no fault of its own, and is asked in a unit that begins with it. */
  isSecond: boolean
}

/** What the reads of one page request share. */
interface Page {
  waiting: Read[]
  isOpen: boolean
  actor?: Actor
}

const pages = new WeakMap<Caller, Page>()

function pageOf(caller: Caller): Page {
  const page = pages.get(caller) ?? { waiting: [], isOpen: false }
  pages.set(caller, page)
  return page
}

/** How often the event loop turns until it is clear that the page asks for nothing more before it goes on to draw. */
const patience = 3

/** Whether a call is one of a page's reads. */
export const isPageRead = ({ kind }: Caller, { changesNothing }: ProcedureMeta, method: string | undefined) =>
  kind === 'page' && (method === 'GET' || changesNothing === true)

/** Who asks for the page: read once, whatever the page reads. */
export async function actorOfPage(caller: Caller, read: () => Promise<Actor>): Promise<Actor> {
  const page = pageOf(caller)
  page.actor ??= await read()
  return page.actor
}

/**
 * One of a page's reads. Those that are asked for while others of the same request are pending share a unit of work, one after
 * the other; it ends when none is pending any more, and the next read begins another. One that fails ends it too, so that what
 * it did to the transaction reaches no other.
 */
export function readForPage<T>(caller: Caller, tenant: TenantRef, work: (tx: TenantTx) => Promise<T>): Promise<T> {
  if (isInUnitOfWork()) return withTenant(tenant, work)
  const page = pageOf(caller)
  return new Promise<T>((resolve, reject) => {
    page.waiting.push({ work: async (tx) => resolve(await work(tx)), refuse: reject, isSecond: false })
    if (!page.isOpen) void serve(page, tenant)
  })
}

class ReadFailed extends Error {}

async function serve(page: Page, tenant: TenantRef) {
  page.isOpen = true
  while (page.waiting.length > 0) {
    let answered = 0
    try {
      await withTenant(tenant, async (tx) => {
        for (let read = page.waiting.shift(); read; read = await another(page)) {
          try {
            await read.work(tx)
            answered++
          } catch (error) {
            if (read.isSecond || !isOfTheUnit(error)) read.refuse(error)
            else page.waiting.unshift({ ...read, isSecond: true })
            throw new ReadFailed()
          }
        }
      })
    } catch (error) {
      // What was read before the unit broke has been answered; where it never began, nothing can be.
      if (!(error instanceof ReadFailed) && answered === 0) for (const read of page.waiting.splice(0)) read.refuse(error)
    }
  }
  page.isOpen = false
}

async function another(page: Page): Promise<Read | undefined> {
  for (let turns = 0; turns < patience && page.waiting.length === 0; turns++) await nextTurn()
  return page.waiting.shift()
}

/** An earlier read left the transaction unusable, or the database asks for the whole to be tried again. */
function isOfTheUnit(error: unknown): boolean {
  if (error instanceof ORPCError) return false
  const { code, meta } = error as { code?: string; meta?: { driverAdapterError?: { cause?: { originalCode?: string } } } }
  // As the driver says it of a raw statement, and Prisma of a model's.
  return isTransient(error) || code === '25P02' || meta?.driverAdapterError?.cause?.originalCode === '25P02'
}
