import '../lib/wiring/wire'
import { task } from '@trigger.dev/sdk'
import { removeFilesJob } from '../lib/files/attachments'
import { runJob } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'

export default task({ ...shellOf(removeFilesJob), run: ({ id }: { id: string }) => runJob(id) })
