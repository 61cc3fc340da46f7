import { env } from '../env'
import type { JobRunner } from './define'
import { embeddedRunner } from './embedded'
import { triggerRunner } from './trigger'

/** Trigger.dev with its key, else the runner in this database. */
export const jobRunner = (): JobRunner => (env().TRIGGER_SECRET_KEY ? triggerRunner : embeddedRunner)
