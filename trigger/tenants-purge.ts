import '../lib/wiring/wire'
import { schedules } from '@trigger.dev/sdk'
import { runScheduled } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { purgeTenantsJob } from '../lib/platform/jobs'

export default schedules.task({ ...shellOf(purgeTenantsJob), run: () => runScheduled(purgeTenantsJob.id) })
