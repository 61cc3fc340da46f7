import '../lib/wiring/wire'
import { schedules } from '@trigger.dev/sdk'
import { tidyDatabaseJob } from '../lib/jobs/jobs'
import { runScheduled } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'

export default schedules.task({ ...shellOf(tidyDatabaseJob), run: () => runScheduled(tidyDatabaseJob.id) })
