import { openTestDatabase } from '../testing/database'
import { describeAttack } from './attack.suite'

openTestDatabase()
describeAttack()
