import { openTestPostgres } from '../../testing/postgres'
import { describeExactlyOnce } from './exactly-once.suite'

openTestPostgres()
describeExactlyOnce()
