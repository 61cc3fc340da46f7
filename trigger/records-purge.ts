import '../lib/wiring/wire'
import { schedules } from '@trigger.dev/sdk'
import { purgeRecordsJob } from '../lib/audit/jobs'
import { runScheduled } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'

export default schedules.task({ ...shellOf(purgeRecordsJob), run: () => runScheduled(purgeRecordsJob.id) })
