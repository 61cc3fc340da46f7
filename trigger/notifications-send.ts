import '../lib/wiring/wire'
import { task } from '@trigger.dev/sdk'
import { runJob } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { sendNotificationsJob } from '../lib/notifications/jobs'

export default task({ ...shellOf(sendNotificationsJob), run: ({ id }: { id: string }) => runJob(id) })
