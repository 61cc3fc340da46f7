import { describeQuality } from '../../../bench/kb/quality.suite'
import { describeAnswers } from '../../channels/chat/answer.suite'
import { openTestDatabase } from '../../testing/database'
import { describeFinding } from './finding.suite'

openTestDatabase()
describeFinding()
describeQuality()
describeAnswers()
