import { removeAvatarsJob } from '../accounts/jobs'
import { purgeRecordsJob } from '../audit/jobs'
import { fetchMailboxJob, renewTokensJob, sweepMailboxesJob } from '../channels/email/mailboxes/jobs'
import { importJob } from '../contacts/jobs'
import { sweepEventsJob } from '../events/jobs'
import { removeFilesJob, sweepFilesJob, thumbnailJob } from '../files/attachments'
import type { Job } from '../jobs/define'
import { tidyDatabaseJob } from '../jobs/jobs'
import { publishArticleJob, remindOfReviewsJob, sweepArticlesJob } from '../kb/articles/jobs'
import { checkLinksJob } from '../kb/articles/link-check'
import { sweepPicturesJob } from '../kb/articles/pictures'
import { kbImportJob, sweepImportsJob } from '../kb/import/jobs'
import { forgetReadingsJob } from '../kb/readers/jobs'
import { embedArticlesJob, indexArticlesJob, sweepEmbeddingsJob } from '../kb/search/jobs'
import { callHookJob } from '../notifications/hooks'
import { sendNotificationsJob, sweepNotificationsJob } from '../notifications/jobs'
import { findWorkspacesJob, provisionTenantJob, purgeTenantsJob, verifyDomainsJob } from '../platform/jobs'
import { eraseContactJob, purgeTicketsJob } from '../privacy/jobs'
import { indexMissingJob } from '../search/search-index'
import { recomputeJob } from '../sla/jobs'
import { sweepSlaJob } from '../sla/sweep'
import { bulkJob } from '../tickets/actions/jobs'
import { sendDraftJob } from '../tickets/conversation/drafts'
import { passOnJob } from '../tickets/ticket/jobs'
import { scheduledTransitionJob, sweepTransitionsJob } from '../tickets/ticket/scheduled-transitions'

/** Every job there is. Each has its shell in `trigger/`. */
export const jobs = [
  provisionTenantJob,
  findWorkspacesJob,
  sweepEventsJob,
  sendNotificationsJob,
  sweepNotificationsJob,
  sweepMailboxesJob,
  fetchMailboxJob,
  renewTokensJob,
  callHookJob,
  scheduledTransitionJob,
  sweepTransitionsJob,
  bulkJob,
  importJob,
  passOnJob,
  sendDraftJob,
  sweepFilesJob,
  thumbnailJob,
  removeFilesJob,
  removeAvatarsJob,
  publishArticleJob,
  sweepArticlesJob,
  remindOfReviewsJob,
  checkLinksJob,
  sweepPicturesJob,
  kbImportJob,
  sweepImportsJob,
  purgeTicketsJob,
  eraseContactJob,
  indexMissingJob,
  indexArticlesJob,
  embedArticlesJob,
  sweepEmbeddingsJob,
  forgetReadingsJob,
  recomputeJob,
  sweepSlaJob,
  verifyDomainsJob,
  tidyDatabaseJob,
  purgeRecordsJob,
  purgeTenantsJob,
] as Job[]
