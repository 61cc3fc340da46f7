import { openTestDatabase } from '../../testing/database'
import { describeFinding } from './finding.suite'

openTestDatabase()
describeFinding()
