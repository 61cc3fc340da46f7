import { openTestDatabase } from '../testing/database'
import { describePageUnit } from './page-unit.suite'

openTestDatabase()
describePageUnit()
