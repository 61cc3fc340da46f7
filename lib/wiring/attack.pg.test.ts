import { goThroughDoors } from '../testing/doors'
import { openTestPostgres } from '../testing/postgres'
import { describeAttack } from './attack.suite'

openTestPostgres()
// The embedded database's run calls the handler as the routes do; this one asks over HTTP, as the server answers.
goThroughDoors()
describeAttack()
