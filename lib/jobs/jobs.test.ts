import { beforeAll } from 'vitest'
import { withOwner } from '../db/owner'
import { openTestDatabase } from '../testing/database'
import { installJobRunner } from './embedded'
import { describeJobs } from './jobs.suite'

openTestDatabase()
beforeAll(() => withOwner(installJobRunner))
describeJobs()
