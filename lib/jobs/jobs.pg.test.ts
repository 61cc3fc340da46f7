import { openTestPostgres } from '../testing/postgres'
import { describeJobs } from './jobs.suite'

openTestPostgres()
describeJobs()
