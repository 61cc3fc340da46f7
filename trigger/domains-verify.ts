import '../lib/wiring/wire'
import { schedules } from '@trigger.dev/sdk'
import { runScheduled } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { verifyDomainsJob } from '../lib/platform/jobs'

export default schedules.task({ ...shellOf(verifyDomainsJob), run: () => runScheduled(verifyDomainsJob.id) })
