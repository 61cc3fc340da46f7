import '../lib/wiring/wire'
import { schedules } from '@trigger.dev/sdk'
import { sweepEventsJob } from '../lib/events/jobs'
import { runScheduled } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'

export default schedules.task({ ...shellOf(sweepEventsJob), run: () => runScheduled(sweepEventsJob.id) })
