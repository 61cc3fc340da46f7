import '../lib/wiring/wire'
import { task } from '@trigger.dev/sdk'
import { runJob } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { bulkJob } from '../lib/tickets/actions/jobs'

export default task({ ...shellOf(bulkJob), run: ({ id }: { id: string }) => runJob(id) })
