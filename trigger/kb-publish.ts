import '../lib/wiring/wire'
import { task } from '@trigger.dev/sdk'
import { runJob } from '../lib/jobs/run'
import { shellOf } from '../lib/jobs/trigger'
import { publishArticleJob } from '../lib/kb/articles/jobs'

export default task({ ...shellOf(publishArticleJob), run: ({ id }: { id: string }) => runJob(id) })
