import { openTestDatabase } from '../../testing/database'
import { describeConsequences } from './consequences.suite'

openTestDatabase()
describeConsequences()
