import '../lib/wiring/wire'
import { schedules } from '@trigger.dev/sdk'
import { runScheduled } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { remindOfReviewsJob } from '../lib/kb/articles/jobs'

export default schedules.task({ ...shellOf(remindOfReviewsJob), run: () => runScheduled(remindOfReviewsJob.id) })
