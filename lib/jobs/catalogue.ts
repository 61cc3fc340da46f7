import { purgeRecordsJob } from '../audit/jobs'
import { importJob } from '../contacts/import'
import { tidyDatabaseJob } from '../db/jobs'
import { sweepEventsJob } from '../events/jobs'
import { removeFilesJob, sweepFilesJob, thumbnailJob } from '../files/attachments'
import { callHookJob } from '../notifications/hooks'
import { sendNotificationsJob, sweepNotificationsJob } from '../notifications/send'
import { indexMissingJob } from '../search'
import { recomputeJob } from '../sla/recompute'
import { sweepSlaJob } from '../sla/sweep'
import { provisionTenantJob, verifyDomainsJob } from '../tenancy/jobs'
import { bulkJob } from '../tickets/bulk'
import { sendDraftJob } from '../tickets/drafts'
import { purgeTicketsJob } from '../tickets/removal'
import { sweepTurnsJob, takeTurnJob } from '../tickets/turns'
import type { Job } from './define'

/** Every job there is. Each has its shell in `trigger/`. */
export const jobs = [
  provisionTenantJob,
  sweepEventsJob,
  sendNotificationsJob,
  sweepNotificationsJob,
  callHookJob,
  takeTurnJob,
  sweepTurnsJob,
  bulkJob,
  importJob,
  sendDraftJob,
  sweepFilesJob,
  thumbnailJob,
  removeFilesJob,
  purgeTicketsJob,
  indexMissingJob,
  recomputeJob,
  sweepSlaJob,
  verifyDomainsJob,
  tidyDatabaseJob,
  purgeRecordsJob,
] as Job[]

export const findJob = (id: string): Job | undefined => jobs.find((job) => job.id === id)
export const scheduledJobs = (): Job[] => jobs.filter(({ schedule }) => schedule)
