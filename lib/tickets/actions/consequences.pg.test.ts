import { openTestPostgres } from '../../testing/postgres'
import { describeConsequences } from './consequences.suite'

openTestPostgres()
describeConsequences()
