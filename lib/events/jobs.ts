import { z } from 'zod'
import { defineJob } from '../jobs/define'
import { sweepJobs } from '../jobs/dispatch'
import { sweepDeliveries } from './relay'
import { sweepUnsealed } from './seal'

/** What wakes at commit may be lost in a crash; this finds it within a minute. */
export const sweepEventsJob = defineJob({
  id: 'events.sweep',
  title: 'redeliver',
  input: z.object({}),
  schedule: '* * * * *',
  priority: 'high',
  timeoutSeconds: 55,
  async run() {
    await sweepJobs()
    await sweepDeliveries()
    await sweepUnsealed()
  },
})
