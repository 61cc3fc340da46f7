import { openTestDatabase } from '../testing/database'
import { describeSearch } from './search.suite'

openTestDatabase()
describeSearch()
