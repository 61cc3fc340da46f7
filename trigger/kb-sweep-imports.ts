import '../lib/wiring/wire'
import { schedules } from '@trigger.dev/sdk'
import { runScheduled } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { sweepImportsJob } from '../lib/kb/import/jobs'

export default schedules.task({ ...shellOf(sweepImportsJob), run: () => runScheduled(sweepImportsJob.id) })
