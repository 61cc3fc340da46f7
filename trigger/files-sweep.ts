import '../lib/wiring/wire'
import { schedules } from '@trigger.dev/sdk'
import { sweepFilesJob } from '../lib/files/attachments'
import { runScheduled } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'

export default schedules.task({ ...shellOf(sweepFilesJob), run: () => runScheduled(sweepFilesJob.id) })
