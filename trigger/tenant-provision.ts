import '../lib/wiring/wire'
import { task } from '@trigger.dev/sdk'
import { runJob } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { provisionTenantJob } from '../lib/platform/jobs'

export default task({ ...shellOf(provisionTenantJob), run: ({ id }: { id: string }) => runJob(id) })
