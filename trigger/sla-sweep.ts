import '../lib/wiring/wire'
import { schedules } from '@trigger.dev/sdk'
import { runScheduled } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { sweepSlaJob } from '../lib/sla/sweep'

export default schedules.task({ ...shellOf(sweepSlaJob), run: () => runScheduled(sweepSlaJob.id) })
