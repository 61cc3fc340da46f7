import '../lib/wiring/wire'
import { task } from '@trigger.dev/sdk'
import { thumbnailJob } from '../lib/files/attachments'
import { runJob } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'

export default task({ ...shellOf(thumbnailJob), run: ({ id }: { id: string }) => runJob(id) })
