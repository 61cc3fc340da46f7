import { env } from '../env'
import type { Job } from './define'
import { embeddedRunner } from './embedded'
import { triggerRunner } from './trigger'

export interface Dispatch {
  id: string
  job: Job
  tenantId: string | null
  dueAt: Date
  /** Tries so far; with the id it names this turn, so that sending it twice is sending it once. */
  attempt: number
}

/** Says when a job is due, how often it is tried and how many run at once. */
export interface JobRunner {
  name: string
  send(dispatches: Dispatch[]): Promise<void>
}

/** Trigger.dev with its key, else the runner in this database. */
export const jobRunner = (): JobRunner => (env().TRIGGER_SECRET_KEY ? triggerRunner : embeddedRunner)
