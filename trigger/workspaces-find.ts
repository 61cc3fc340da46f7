import '../lib/wiring/wire'
import { task } from '@trigger.dev/sdk'
import { runJob } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { findWorkspacesJob } from '../lib/platform/jobs'

export default task({ ...shellOf(findWorkspacesJob), run: ({ id }: { id: string }) => runJob(id) })
