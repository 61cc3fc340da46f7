import { openTestPostgres } from '../testing/postgres'
import { describeSignIn } from './sign-in.suite'

openTestPostgres()
describeSignIn()
