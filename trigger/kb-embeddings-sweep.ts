import '../lib/wiring/wire'
import { schedules } from '@trigger.dev/sdk'
import { runScheduled } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { sweepEmbeddingsJob } from '../lib/kb/search/jobs'

export default schedules.task({ ...shellOf(sweepEmbeddingsJob), run: () => runScheduled(sweepEmbeddingsJob.id) })
