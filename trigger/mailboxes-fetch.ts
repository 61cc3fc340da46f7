import '../lib/wiring/wire'
import { task } from '@trigger.dev/sdk'
import { fetchMailboxJob } from '../lib/channels/email/mailboxes/jobs'
import { runJob } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'

export default task({ ...shellOf(fetchMailboxJob), run: ({ id }: { id: string }) => runJob(id) })
