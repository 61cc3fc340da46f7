// Loaded by whatever starts a process or a request: gives the ports what they must not import.
import { withTenant } from '../db/scope'
import { sayDead } from '../events/dead'
import { provideEvents } from '../events/registry'
import { deliverAll } from '../events/relay'
import { provideJobs } from '../jobs/registry'
import { provideActions } from '../tickets/actions/action-registry'
import { actions } from './actions'
import { eventTypes } from './events'
import { followers } from './followers'
import { jobs } from './jobs'
import { subscribers } from './subscribers'

provideEvents({ types: eventTypes, followers, subscribers, deliver: deliverAll })
provideJobs(jobs, (tenant, name) => withTenant(tenant.ref, (tx) => sayDead(tx, tenant, 'job.died', { name })))
provideActions(actions)
