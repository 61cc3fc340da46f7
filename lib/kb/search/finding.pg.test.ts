import { openTestPostgres } from '../../testing/postgres'
import { describeFinding } from './finding.suite'

openTestPostgres()
describeFinding()
