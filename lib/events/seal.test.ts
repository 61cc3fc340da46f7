import { openTestDatabase } from '../testing/database'
import { describeSealing } from './seal.suite'

openTestDatabase()
describeSealing()
