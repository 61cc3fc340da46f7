import { openTestPostgres } from '../testing/postgres'
import { describePurge } from './purge.suite'

openTestPostgres()
describePurge()
