/** Names the database and the code agree on. */
export const platformSchema = 'platform'
export const pooledSchema = 'desk'
export const dedicatedSchema = (slug: string) => `desk_${slug.replaceAll('-', '_')}`

/** May touch tenant tables, only rows of the tenant that is set. */
export const tenantRole = 'baraza_tenant'
/** May touch the platform's tables, no tenant's. */
export const platformRole = 'baraza_platform'
/** May read which deliveries are waiting, across tenants, and nothing else. */
export const relayRole = 'baraza_relay'
/** May touch the job runner's own tables, and nothing of ours. */
export const jobsRole = 'baraza_jobs'
export const jobsSchema = 'pgboss'
