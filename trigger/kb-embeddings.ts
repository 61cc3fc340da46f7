import '../lib/wiring/wire'
import { task } from '@trigger.dev/sdk'
import { runJob } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { embedArticlesJob } from '../lib/kb/search/jobs'

export default task({ ...shellOf(embedArticlesJob), run: ({ id }: { id: string }) => runJob(id) })
