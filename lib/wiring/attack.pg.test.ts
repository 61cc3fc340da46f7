import { openTestPostgres } from '../testing/postgres'
import { describeAttack } from './attack.suite'

openTestPostgres()
describeAttack()
