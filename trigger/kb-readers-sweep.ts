import '../lib/wiring/wire'
import { schedules } from '@trigger.dev/sdk'
import { runScheduled } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { forgetReadingsJob } from '../lib/kb/readers/jobs'

export default schedules.task({ ...shellOf(forgetReadingsJob), run: () => runScheduled(forgetReadingsJob.id) })
