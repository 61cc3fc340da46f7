import '../lib/wiring/wire'
import { task } from '@trigger.dev/sdk'
import { runJob } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { sendDraftJob } from '../lib/tickets/conversation/drafts'

export default task({ ...shellOf(sendDraftJob), run: ({ id }: { id: string }) => runJob(id) })
