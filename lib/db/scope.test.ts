import { openTestDatabase } from '../testing/database'
import { describeIsolation } from './scope.suite'

openTestDatabase()
describeIsolation()
