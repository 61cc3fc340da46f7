import type { ResolvedTenant } from '../tenancy/resolve'
import type { Job } from './define'

type SayDead = (tenant: ResolvedTenant, job: string) => Promise<void>

let catalogue: readonly Job[] | undefined
let sayDead: SayDead | undefined

/**
 * Called once by the wiring, which alone knows every job.
 * @param tell of a job of a tenant that is tried no more
 */
export function provideJobs(jobs: readonly Job[], tell: SayDead) {
  catalogue = jobs
  sayDead = tell
}

export const sayJobDied: SayDead = async (tenant, job) => sayDead?.(tenant, job)

/** @throws when the wiring was not loaded, so that no job is lost without a word */
function jobs(): readonly Job[] {
  if (!catalogue) throw new Error('nobody provided the jobs: import lib/wiring/wire first')
  return catalogue
}

export const findJob = (id: string): Job | undefined => jobs().find((job) => job.id === id)
export const scheduledJobs = (): Job[] => jobs().filter(({ schedule }) => schedule)
