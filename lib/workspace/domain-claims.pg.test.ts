import { openTestPostgres } from '../testing/postgres'
import { describeDomainClaims } from './domain-claims.suite'

openTestPostgres()
describeDomainClaims()
