import '../lib/wiring/wire'
import { task } from '@trigger.dev/sdk'
import { importJob } from '../lib/contacts/jobs'
import { runJob } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'

export default task({ ...shellOf(importJob), run: ({ id }: { id: string }) => runJob(id) })
