import { openTestDatabase } from '../../testing/database'
import { describeExactlyOnce } from './exactly-once.suite'

openTestDatabase()
describeExactlyOnce()
