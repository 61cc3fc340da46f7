import '../lib/wiring/wire'
import { schedules } from '@trigger.dev/sdk'
import { runScheduled } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { purgeTicketsJob } from '../lib/privacy/jobs'

export default schedules.task({ ...shellOf(purgeTicketsJob), run: () => runScheduled(purgeTicketsJob.id) })
