import '../lib/wiring/wire'
import { schedules } from '@trigger.dev/sdk'
import { runScheduled } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { checkLinksJob } from '../lib/kb/articles/link-check'

export default schedules.task({ ...shellOf(checkLinksJob), run: () => runScheduled(checkLinksJob.id) })
