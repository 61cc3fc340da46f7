import { openTestDatabase } from '../testing/database'
import { describeRelay } from './relay.suite'

openTestDatabase()
describeRelay()
