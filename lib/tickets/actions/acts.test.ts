import { openTestDatabase } from '../../testing/database'
import { describeActs } from './acts.suite'

openTestDatabase()
describeActs()
