import * as slaCalculate from '../../sla/calculate'
import * as calendars from '../../sla/calendars'
import * as slaDashboard from '../../sla/dashboard'
import * as holidays from '../../sla/holidays'
import * as ledger from '../../sla/ledger'
import * as policies from '../../sla/policies'
import { readRatings } from '../../sla/rating'
import * as slaResults from '../../sla/results'
import * as slaSimulate from '../../sla/simulate'

export const slaRoutes = {
  sla: {
    list: policies.listPolicies,
    get: policies.getPolicy,
    create: policies.createPolicy,
    update: policies.updatePolicy,
    delete: policies.deletePolicy,
    restore: policies.restorePolicy,
    order: policies.orderPolicies,
    checkConditions: policies.checkConditions,
    enable: policies.switchSla,
    calculate: slaCalculate.calculateSla,
    ledger: ledger.readLedger,
    exportLedger: ledger.exportLedger,
    simulate: slaSimulate.simulateSla,
    violations: slaDashboard.listViolations,
    policyViolations: slaDashboard.listPolicyViolations,
    dashboard: slaDashboard.slaDashboard,
    results: slaResults.listResults,
    performance: slaDashboard.slaPerformance,
    ratings: readRatings,
  },
  calendars: {
    list: calendars.listCalendars,
    countries: holidays.listCountries,
    publicHolidays: holidays.listPublicHolidays,
    create: calendars.createCalendar,
    update: calendars.updateCalendar,
    delete: calendars.deleteCalendar,
    restore: calendars.restoreCalendar,
  },
}
