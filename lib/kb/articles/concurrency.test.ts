import { openTestDatabase } from '../../testing/database'
import { describeConcurrency } from './concurrency.suite'

openTestDatabase()
describeConcurrency()
