import * as deliveries from '../../audit/deliveries'
import { exportEvents } from '../../audit/export'
import * as jobs from '../../audit/job-runs'
import { listEvents } from '../../audit/queries'
import * as categories from '../../directory/categories'
import * as departments from '../../directory/departments'
import * as notificationChoices from '../../notifications/commands/choose'
import * as hookCommands from '../../notifications/commands/edit-hooks'
import * as notificationCommands from '../../notifications/commands/mark-read'
import * as pushCommands from '../../notifications/commands/subscribe'
import * as notifications from '../../notifications/queries'
import { unsubscribe } from '../../notifications/unsubscribe'
import * as tenants from '../../platform/tenants'
import * as domains from '../../workspace/domains'
import { uploadPicture } from '../../workspace/picture'
import * as limits from '../../workspace/rate-limits'
import * as workspace from '../../workspace/settings'
import * as realtime from '../realtime-authorisation'

export const workspaceRoutes = {
  departments: {
    list: departments.listDepartments,
    listPublic: departments.listPublicDepartments,
    get: departments.getDepartment,
    members: departments.listDepartmentMembers,
    create: departments.createDepartment,
    update: departments.updateDepartment,
    delete: departments.deleteDepartment,
    restore: departments.restoreDepartment,
  },
  categories: {
    list: categories.listCategories,
    listPublic: categories.listPublicCategories,
    create: categories.createCategory,
    update: categories.updateCategory,
    delete: categories.deleteCategory,
    restore: categories.restoreCategory,
  },
  business: {
    list: workspace.listBusinesses,
    get: workspace.getBusiness,
    update: workspace.updateBusiness,
    uploadPicture,
    // On the platform's host, by its operators.
    create: tenants.createTenant.route({ path: '/business' }),
    delete: tenants.deleteTenant.route({ path: '/business/{id}' }),
    members: workspace.listBusinessMembers,
    checklist: workspace.readChecklist,
    hideChecklist: workspace.hideChecklist,
  },
  limits: { get: limits.readRateLimits, update: limits.updateRateLimits },
  domains: {
    list: domains.listDomains,
    get: domains.getDomain,
    status: domains.getVerificationStatus,
    add: domains.addDomain,
    verify: domains.verifyDomain,
    choosePrimary: domains.choosePrimaryDomain,
    remove: domains.removeDomain,
  },
  notifications: {
    list: notifications.listNotifications,
    markRead: notificationCommands.markRead,
    putRead: notificationCommands.markRead.route({ method: 'PUT' }),
    markAllRead: notificationCommands.markAllRead,
    putAllRead: notificationCommands.markAllRead.route({ method: 'PUT' }),
    preferences: notifications.getPreferences,
    updatePreferences: notificationChoices.updatePreferences,
    defaults: notifications.getDefaults,
    updateDefaults: notificationChoices.updateDefaults,
    pushKey: notifications.getPushKey,
    knowsBrowser: notifications.knowsBrowser,
    subscribe: pushCommands.subscribePush,
    unsubscribe: pushCommands.unsubscribePush,
    hooks: notifications.listHooks,
    addHook: hookCommands.addHook,
    updateHook: hookCommands.updateHook,
    deleteHook: hookCommands.deleteHook,
    restoreHook: hookCommands.restoreHook,
    testHook: hookCommands.testHook,
    turnOffMail: unsubscribe,
  },
  realtime: { signIn: realtime.signInRealtime, authorize: realtime.authorizeChannel, heads: realtime.listHeads },
  audit: { list: listEvents, export: exportEvents },
  jobs: { list: jobs.listJobs, retry: jobs.retryJob, cancel: jobs.cancelJob },
  deliveries: { list: deliveries.listDeliveries, retry: deliveries.retryDelivery },
}
