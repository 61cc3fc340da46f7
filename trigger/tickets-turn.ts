import '../lib/wiring/wire'
import { task } from '@trigger.dev/sdk'
import { runJob } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { takeTurnJob } from '../lib/tickets/ticket/scheduled-transitions'

export default task({ ...shellOf(takeTurnJob), run: ({ id }: { id: string }) => runJob(id) })
