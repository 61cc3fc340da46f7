import { openTestDatabase } from '../testing/database'
import { describeDomainClaims } from './domain-claims.suite'

openTestDatabase()
describeDomainClaims()
