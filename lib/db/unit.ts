import type pg from 'pg'
import type { Found } from './raw'

/** A statement as text, or as `pg` and Prisma's adapter give it. */
type Statement = string | { text: string }

/** No unit of work takes longer. */
const mostMs = 60_000

const savepoint = 'effects'

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
  /** Whether a part that fails alone has begun, which is not marked in the database before its first statement. */
  private part: { isMarked: boolean } | null = null
  private isMarked = false
  private readonly isPipelined: boolean
  private readonly timer: NodeJS.Timeout

  /** @param pin what the transaction begins with, as SQL */
  constructor(
    private readonly connection: pg.PoolClient,
    pin: string,
  ) {
    this.isPipelined = (connection as { pipeline?: boolean }).pipeline === true
    connection.on('error', ignored)
    this.timer = setTimeout(() => this.expire(), mostMs).unref()
    this.leave(this.send(`BEGIN; ${pin}`))
  }

  /** @throws when the unit of work is over: whoever comes late would ask on a connection that has been lent to somebody else */
  ask(statement: Statement): Promise<Found> {
    if (this.isOver) return Promise.reject(this.failure ?? new Error('the unit of work is over'))
    if (this.part && !this.part.isMarked) {
      this.part.isMarked = true
      this.leave(this.send(this.isMarked ? `RELEASE SAVEPOINT ${savepoint}; SAVEPOINT ${savepoint}` : `SAVEPOINT ${savepoint}`))
      this.isMarked = true
    }
    return this.send(statement)
  }

  /** Goes on without waiting: should it fail, the unit of work does as well, at its end at the latest. */
  leave(asked: Promise<unknown>) {
    this.unawaited.push(asked)
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
    if (this.isOver) throw this.failure ?? new Error('the unit of work is over')
    if (!this.isPipelined) await this.settle()
    this.isOver = true
    const committed = this.send('COMMIT')
    committed.catch(() => {})
    await this.settle()
    const { command } = (await committed) as Found & { command?: string }
    if (command === 'ROLLBACK') throw new Error('a statement of the unit of work had failed: nothing was committed')
    this.release()
  }

  /** @returns what went wrong first */
  async rollback(error: unknown): Promise<unknown> {
    this.isOver = true
    await this.send('ROLLBACK').catch(ignored)
    await Promise.allSettled(this.unawaited)
    this.release()
    return isFollowing(error) && this.failure ? this.failure : error
  }

  /**
   * A part that fails alone: what it did in the database is taken back, and the rest goes on. One after the other, and none within another.
   * @throws what `work` threw
   */
  async apart<T>(work: () => Promise<T>): Promise<T> {
    if (this.part || this.isOver) throw new Error('there is no unit of work of which this could be a part')
    const before = this.failure
    const part = { isMarked: false }
    this.part = part
    try {
      const result = await work()
      await this.settle()
      return result
    } catch (error) {
      await Promise.allSettled(this.unawaited)
      this.unawaited = []
      const thrown = isFollowing(error) && this.failure ? this.failure : error
      this.failure = before
      if (part.isMarked) await this.send(`ROLLBACK TO SAVEPOINT ${savepoint}`)
      throw thrown
    } finally {
      this.part = null
    }
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
    this.isOver = true
    this.failure ??= new Error(`a unit of work took longer than ${mostMs} ms`)
  }

  private release() {
    clearTimeout(this.timer)
    this.connection.removeListener('error', ignored)
    this.connection.release()
  }
}

const ignored = () => {}
