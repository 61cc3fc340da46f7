import '../lib/wiring/wire'
import { schedules } from '@trigger.dev/sdk'
import { renewTokensJob } from '../lib/channels/email/mailboxes/jobs'
import { runScheduled } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'

export default schedules.task({ ...shellOf(renewTokensJob), run: () => runScheduled(renewTokensJob.id) })
