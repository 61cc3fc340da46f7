import '../lib/wiring/wire'
import { task } from '@trigger.dev/sdk'
import { runJob } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { callHookJob } from '../lib/notifications/hooks'

export default task({ ...shellOf(callHookJob), run: ({ id }: { id: string }) => runJob(id) })
