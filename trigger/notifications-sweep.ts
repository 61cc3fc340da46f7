import '../lib/wiring/wire'
import { schedules } from '@trigger.dev/sdk'
import { runScheduled } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { sweepNotificationsJob } from '../lib/notifications/jobs'

export default schedules.task({ ...shellOf(sweepNotificationsJob), run: () => runScheduled(sweepNotificationsJob.id) })
