import { openTestPostgres } from '../testing/postgres'
import { describeIsolation } from './scope.suite'

openTestPostgres()
describeIsolation()
