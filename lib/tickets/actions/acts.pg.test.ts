import { openTestPostgres } from '../../testing/postgres'
import { describeActs } from './acts.suite'

openTestPostgres()
describeActs()
