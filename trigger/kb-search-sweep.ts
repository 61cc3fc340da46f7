import '../lib/wiring/wire'
import { schedules } from '@trigger.dev/sdk'
import { runScheduled } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { indexArticlesJob } from '../lib/kb/search/jobs'

export default schedules.task({ ...shellOf(indexArticlesJob), run: () => runScheduled(indexArticlesJob.id) })
