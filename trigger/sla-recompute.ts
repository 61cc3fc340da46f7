import '../lib/wiring/wire'
import { task } from '@trigger.dev/sdk'
import { runJob } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { recomputeJob } from '../lib/sla/jobs'

export default task({ ...shellOf(recomputeJob), run: ({ id }: { id: string }) => runJob(id) })
