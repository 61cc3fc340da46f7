import '../lib/wiring/wire'
import { schedules } from '@trigger.dev/sdk'
import { runScheduled } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { sweepPicturesJob } from '../lib/kb/articles/pictures'

export default schedules.task({ ...shellOf(sweepPicturesJob), run: () => runScheduled(sweepPicturesJob.id) })
