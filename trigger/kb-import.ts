import '../lib/wiring/wire'
import { task } from '@trigger.dev/sdk'
import { runJob } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { kbImportJob } from '../lib/kb/import/jobs'

export default task({ ...shellOf(kbImportJob), run: ({ id }: { id: string }) => runJob(id) })
