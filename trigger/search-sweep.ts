import '../lib/wiring/wire'
import { schedules } from '@trigger.dev/sdk'
import { runScheduled } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { indexMissingJob } from '../lib/search/search-index'

export default schedules.task({ ...shellOf(indexMissingJob), run: () => runScheduled(indexMissingJob.id) })
