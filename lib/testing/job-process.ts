// One job in a process of its own, to be killed: tsx lib/testing/job-process.ts ID

import { drainBackground } from '../core/background'
import { closeConnection } from '../db/connection'
import { stopListening } from '../db/notify'
import { runJob } from '../jobs/run'
import { stopRealtime } from '../realtime/node'
import '../wiring/wire'

await runJob(process.argv[2] as string)
await drainBackground()
await stopRealtime()
await stopListening()
await closeConnection()
