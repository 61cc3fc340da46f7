import { openTestPostgres } from '../testing/postgres'
import { describeSearch } from './search.suite'

openTestPostgres()
describeSearch()
