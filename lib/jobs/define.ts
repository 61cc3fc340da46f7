import type { Messages } from 'use-intl/core'
import type { z } from 'zod'
import type { ResolvedTenant } from '../tenancy/resolve'

export interface JobRun<I> {
  input: I
  /** Whose job it is; null for the platform's own. */
  tenant: ResolvedTenant | null
  /**
   * Says how far the job is; `message` is a name of `jobProgress` in the catalogue.
   * @throws {JobCancelledError} when someone cancelled it meanwhile
   */
  progress(step: number, totalSteps: number, message: keyof Messages['jobProgress']): Promise<void>
}

export interface Job<I = unknown> {
  /** Stable across versions: rows and schedules refer to it. */
  id: string
  /** A name of `jobTitles` in the catalogue. */
  title: keyof Messages['jobTitles']
  input: z.ZodType<I>
  /** Cron in UTC. A scheduled job takes no input and belongs to no tenant. */
  schedule?: string
  priority: 'high' | 'normal' | 'low'
  /** Further tries after a failure, at most 3, each after twice the wait of the last. */
  retries: 0 | 1 | 2 | 3
  retryDelaySeconds: number
  /** After this another process may take it up. */
  timeoutSeconds: number
  /** May be repeated after a crash, so it must be safe to repeat. */
  run(run: JobRun<I>): Promise<void>
}

export class JobCancelledError extends Error {}

/** What it needs is not to be had before `until`: it comes again then, and this was no try. */
export class JobPostponedError extends Error {
  constructor(readonly until: Date) {
    super(`postponed until ${until.toISOString()}`) // not-words: nobody sees it
  }
}

type Defaulted = 'priority' | 'retries' | 'retryDelaySeconds' | 'timeoutSeconds'

export function defineJob<I>(job: Omit<Job<I>, Defaulted> & Partial<Pick<Job<I>, Defaulted>>): Job<I> {
  return { priority: 'normal', retries: 3, retryDelaySeconds: 10, timeoutSeconds: 300, ...job }
}

export interface Dispatch {
  id: string
  job: Job
  tenantId: string | null
  dueAt: Date
  /** Tries so far; with the id it names this run, so that sending it twice is sending it once. */
  attempt: number
}

/** Says when a job is due, how often it is tried and how many run at once. */
export interface JobRunner {
  name: string
  send(dispatches: Dispatch[]): Promise<void>
}
