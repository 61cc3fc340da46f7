import '../lib/wiring/wire'
import { schedules } from '@trigger.dev/sdk'
import { sweepMailboxesJob } from '../lib/channels/email/mailboxes/jobs'
import { runScheduled } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'

export default schedules.task({ ...shellOf(sweepMailboxesJob), run: () => runScheduled(sweepMailboxesJob.id) })
