import '../lib/wiring/wire'
import { task } from '@trigger.dev/sdk'
import { runJob } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { passOnJob } from '../lib/tickets/ticket/jobs'

export default task({ ...shellOf(passOnJob), run: ({ id }: { id: string }) => runJob(id) })
