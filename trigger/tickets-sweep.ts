import '../lib/wiring/wire'
import { schedules } from '@trigger.dev/sdk'
import { runScheduled } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { sweepTransitionsJob } from '../lib/tickets/ticket/scheduled-transitions'

export default schedules.task({ ...shellOf(sweepTransitionsJob), run: () => runScheduled(sweepTransitionsJob.id) })
