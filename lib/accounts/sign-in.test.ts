import { openTestDatabase } from '../testing/database'
import { describeSignIn } from './sign-in.suite'

openTestDatabase()
describeSignIn()
