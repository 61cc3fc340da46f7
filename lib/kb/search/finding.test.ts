import { describeQuality } from '../../../bench/kb/quality.suite'
import { openTestDatabase } from '../../testing/database'
import { describeFinding } from './finding.suite'

openTestDatabase()
describeFinding()
describeQuality()
