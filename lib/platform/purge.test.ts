import { openTestDatabase } from '../testing/database'
import { describePurge } from './purge.suite'

openTestDatabase()
describePurge()
