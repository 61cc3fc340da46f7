import { z } from 'zod'
import { databaseKind, tidyDatabase } from '../db/connection'
import { defineJob } from './define'

/** A database server looks after itself; the embedded one has only us. */
export const tidyDatabaseJob = defineJob({
  id: 'database.tidy',
  title: 'tidyDatabase',
  input: z.object({}),
  schedule: '17 3 * * *',
  priority: 'low',
  async run() {
    if (databaseKind() === 'embedded') await tidyDatabase()
  },
})
