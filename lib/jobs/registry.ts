import type { Job } from './define'

let catalogue: readonly Job[] | undefined

/** Called once by the wiring, which alone knows every job. */
export function provideJobs(jobs: readonly Job[]) {
  catalogue = jobs
}

/** @throws when the wiring was not loaded, so that no job is lost without a word */
function jobs(): readonly Job[] {
  if (!catalogue) throw new Error('nobody provided the jobs: import lib/wiring/wire first')
  return catalogue
}

export const findJob = (id: string): Job | undefined => jobs().find((job) => job.id === id)
export const scheduledJobs = (): Job[] => jobs().filter(({ schedule }) => schedule)
