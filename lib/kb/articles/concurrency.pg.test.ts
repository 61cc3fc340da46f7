import { openTestPostgres } from '../../testing/postgres'
import { describeConcurrency } from './concurrency.suite'

openTestPostgres()
describeConcurrency()
