import { schedules } from '@trigger.dev/sdk'
import { runScheduled } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { sweepTurnsJob } from '../lib/tickets/turns'

export default schedules.task({ ...shellOf(sweepTurnsJob), run: () => runScheduled(sweepTurnsJob.id) })
