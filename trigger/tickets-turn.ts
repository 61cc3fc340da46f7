import '../lib/wiring/wire'
import { task } from '@trigger.dev/sdk'
import { runJob } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { scheduledTransitionJob } from '../lib/tickets/ticket/scheduled-transitions'

export default task({ ...shellOf(scheduledTransitionJob), run: ({ id }: { id: string }) => runJob(id) })
