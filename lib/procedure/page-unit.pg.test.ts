import { openTestPostgres } from '../testing/postgres'
import { describePageUnit } from './page-unit.suite'

openTestPostgres()
describePageUnit()
