import '../lib/wiring/wire'
import { task } from '@trigger.dev/sdk'
import { runJob } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { eraseContactJob } from '../lib/privacy/jobs'

export default task({ ...shellOf(eraseContactJob), run: ({ id }: { id: string }) => runJob(id) })
