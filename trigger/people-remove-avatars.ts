import '../lib/wiring/wire'
import { task } from '@trigger.dev/sdk'
import { removeAvatarsJob } from '../lib/accounts/jobs'
import { runJob } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'

export default task({ ...shellOf(removeAvatarsJob), run: ({ id }: { id: string }) => runJob(id) })
