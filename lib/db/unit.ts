import type pg from 'pg'
import { onlyReads } from './only-reads'
import { plannedOnce } from './prepared'
import type { Found } from './raw'

/** A statement as text, or as `pg` and Prisma's adapter give it. */
type Statement = string | { text: string }

/** No unit of work takes longer. */
const mostMs = 60_000

/** The database says so of whatever follows a statement that failed. */
const isFollowing = (error: unknown): boolean => {
  const { code, cause, meta } = error as { code?: string; cause?: { originalCode?: string }; meta?: { driverAdapterError?: unknown } }
  return (
    code === '25P02' || cause?.originalCode === '25P02' || (meta?.driverAdapterError !== undefined && isFollowing(meta.driverAdapterError))
  )
}

/**
 * A transaction on a connection of the pool. `BEGIN` is sent with what it is to carry and not waited for: on a server it travels with the
 * first statement, and `COMMIT` with the last of those that nobody waits for. What the embedded database is asked goes one by one.
 */
export class Unit {
  private isOver = false
  /** What is sent one after another where the connection takes no more than one statement at a time. */
  private last: Promise<unknown> = Promise.resolve()
  private unawaited: Promise<unknown>[] = []
  private failure: unknown
  private isCorked = false
  private hasOnlyRead = true
  /** Whether a part that fails alone has begun, which is not marked in the database before its first statement. */
  private part: { isMarked: boolean } | null = null
  /** How many parts were marked: each has a name of its own, so that none is taken back to where another began. */
  private marks = 0
  private ended: Promise<void> | undefined
  /** Whether the database plans once what has a name, or as it thinks best; undefined when that is not known. */
  private planning: boolean | undefined
  private readonly choosesPlanning: boolean
  private readonly isPipelined: boolean
  private readonly timer: NodeJS.Timeout

  /**
   * @param pin what the transaction begins with, as SQL
   * @param isPlanned whether what says that it is planned once is so in any case: the database takes that to be dearer where it does not
   *   know how many ids it will be given, and planning often costs more than it saves. To say so costs a message where the next one is not.
   */
  constructor(
    private readonly connection: pg.PoolClient,
    pin: string,
    isPlanned = false,
  ) {
    this.isPipelined = (connection as { pipeline?: boolean }).pipeline === true
    connection.on('error', ignored)
    this.timer = setTimeout(() => this.expire(), mostMs).unref()
    this.choosesPlanning = this.planning = this.isPipelined && isPlanned
    this.leave(this.send(`BEGIN; ${pin}${this.choosesPlanning ? `; ${planOnce(true)}` : ''}`))
  }

  /** @throws when the unit of work is over: whoever comes late would ask on a connection that has been lent to somebody else */
  ask(statement: Statement): Promise<Found> {
    if (this.isOver) return Promise.reject(this.failure ?? new Error('the unit of work is over'))
    if (this.part && !this.part.isMarked) {
      this.part.isMarked = true
      const release = this.marks > 0 ? `RELEASE SAVEPOINT part_${this.marks}; ` : ''
      this.marks++
      this.note(this.send(`${release}SAVEPOINT part_${this.marks}`))
    }
    this.choosePlanning(statement)
    this.hasOnlyRead &&= onlyReads(typeof statement === 'string' ? statement : statement.text)
    const asked = this.send(statement)
    this.note(asked)
    return asked
  }

  private choosePlanning(statement: Statement) {
    if (!this.choosesPlanning || typeof statement === 'string') return
    const isOnce = statement.text.includes(plannedOnce.sql)
    if (isOnce === this.planning) return
    this.planning = isOnce
    this.note(this.send(planOnce(isOnce)))
  }

  /** Goes on without waiting: should it fail, the unit of work does as well, at its end at the latest. */
  leave(asked: Promise<unknown>) {
    this.unawaited.push(asked)
    this.note(asked)
  }

  private note(asked: Promise<unknown>) {
    asked.catch((error) => {
      if (!isFollowing(error)) this.failure ??= error
    })
  }

  /** Waits for what nobody waits for. @throws what the first of them failed with */
  async settle() {
    const asked = this.unawaited
    this.unawaited = []
    await Promise.all(asked).catch((error) => {
      throw this.failure ?? error
    })
  }

  /** @throws what the first of the statements failed with that nobody waited for */
  async commit() {
    if (!this.isPipelined && !this.isOver) await this.settle()
    if (this.isOver) throw this.failure ?? new Error('the unit of work is over')
    this.isOver = true
    clearTimeout(this.timer)
    const committed = this.send('COMMIT')
    committed.catch(() => {})
    await this.settle()
    // What only read needs no word that it has ended: whoever asked is answered meanwhile.
    if (this.isPipelined && this.hasOnlyRead && !this.failure) {
      this.ended = committed.then(ignored, ignored).then(() => this.release())
      return
    }
    const { command } = (await committed) as Found & { command?: string }
    if (command === 'ROLLBACK') throw new Error('a statement of the unit of work had failed: nothing was committed')
    this.ended = Promise.resolve(this.release())
  }

  /** @returns what went wrong first */
  async rollback(error: unknown): Promise<unknown> {
    await this.end()
    await Promise.allSettled(this.unawaited)
    return this.firstOf(error)
  }

  private end(): Promise<void> {
    this.isOver = true
    this.ended ??= this.send('ROLLBACK')
      .then(ignored, ignored)
      .then(() => this.release())
    return this.ended
  }

  private firstOf(error: unknown): unknown {
    return isFollowing(error) && this.failure ? this.failure : error
  }

  /**
   * A part that fails alone: what it did in the database is taken back, and the rest goes on. One after the other, and none within another.
   * @throws what `work` threw
   */
  async apart<T>(work: () => Promise<T>): Promise<T> {
    if (this.part || this.isOver) throw new Error('there is no unit of work of which this could be a part')
    const [before, left] = [this.failure, this.unawaited]
    const part = { isMarked: false }
    this.part = part
    this.unawaited = []
    try {
      const result = await work()
      await this.settle()
      if (this.failure) throw this.failure
      return result
    } catch (error) {
      await Promise.allSettled(this.unawaited)
      this.unawaited = []
      const thrown = this.firstOf(error)
      // Where something failed that came before the part, there is no mark to go back to, and the unit of work fails as a whole.
      const isBack = !part.isMarked || (!this.isOver && (await this.takeBack()))
      if (isBack) this.failure = before
      throw thrown
    } finally {
      this.unawaited.unshift(...left)
      this.part = null
    }
  }

  private takeBack(): Promise<boolean> {
    this.planning = undefined
    return this.send(`ROLLBACK TO SAVEPOINT part_${this.marks}`).then(
      () => true,
      () => false,
    )
  }

  private send(statement: Statement): Promise<Found> {
    const { connection } = this
    const ask = () => connection.query(statement as string) as unknown as Promise<Found>
    if (this.isPipelined) {
      this.cork()
      return ask()
    }
    // `pg` is about to refuse a second statement while one runs.
    const asked = this.last.then(ask, ask)
    this.last = asked
    return asked
  }

  /** What is asked in one turn goes in one packet. */
  private cork() {
    if (this.isCorked) return
    const { stream } = (this.connection as unknown as { connection: { stream: { cork(): void; uncork(): void } } }).connection
    this.isCorked = true
    stream.cork()
    process.nextTick(() => {
      this.isCorked = false
      stream.uncork()
    })
  }

  private expire() {
    this.failure ??= new Error(`a unit of work took longer than ${mostMs} ms`)
    void this.end()
  }

  private release() {
    clearTimeout(this.timer)
    this.connection.removeListener('error', ignored)
    this.connection.release()
  }
}

const ignored = () => {}

/** A plan that is kept is made for tables of any size, also where this one is still empty: it goes by indexes. */
const planOnce = (isOnce: boolean) =>
  `SET LOCAL plan_cache_mode = ${isOnce ? 'force_generic_plan' : 'auto'}; SET LOCAL enable_seqscan = ${isOnce ? 'off' : 'on'}`
