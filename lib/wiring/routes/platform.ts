import * as jobs from '../../audit/job-runs'
import * as admins from '../../platform/admins'
import { findWorkspaces } from '../../platform/sign-in'
import * as signUp from '../../platform/sign-up'
import * as tenants from '../../platform/tenants'

export const platformRoutes = {
  platform: {
    checkSlug: signUp.checkSlug,
    signUp: signUp.signUp,
    readSetup: signUp.readSetup,
    retrySetup: signUp.retrySetup,
    findWorkspaces,
    tenants: tenants.listTenants,
    tenant: tenants.readTenant,
    createTenant: tenants.createTenant,
    suspendTenant: tenants.suspendTenant,
    resumeTenant: tenants.resumeTenant,
    deleteTenant: tenants.deleteTenant,
    restoreTenant: tenants.restoreTenant,
    jobs: jobs.listAllJobs,
    retryJob: jobs.retryAnyJob,
    cancelJob: jobs.cancelAnyJob,
    work: jobs.readWork,
    admins: admins.listAdmins,
    addAdmin: admins.addAdmin,
    removeAdmin: admins.removeAdmin,
    signOut: admins.platformSignOut,
  },
}
