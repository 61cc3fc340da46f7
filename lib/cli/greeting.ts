import { withPlatform } from '../db/scope'
import { isLocal } from '../env'
import { originOf, platformOrigin } from '../tenancy/origin'
import { tenantRef } from '../tenancy/resolve'
import { adapters } from './doctor'

/** Says where everything is, and what stands behind each port. */
export async function greet({ isDev }: { isDev: boolean }) {
  const tenants = await withPlatform((tx) => tx.tenant.findMany({ where: { deletedAt: null }, orderBy: { createdAt: 'asc' }, take: 5 }))
  const lines = [
    '',
    `Baraza is ready${isDev ? ' (development)' : ''}`,
    `  platform     ${platformOrigin()}`,
    ...tenants.map((tenant) => `  ${tenant.slug.padEnd(12)} ${originOf(tenantRef(tenant))}`),
    '',
    ...adapters().map(({ port, adapter }) => `  ${port.padEnd(12)} ${adapter}`),
    ...(isLocal() && tenants.some(({ slug }) => slug === 'acme')
      ? ['', '  Sign in as agent@acme.test, owner@acme.test, customer@acme.test or root@platform.test (platform): baraza-demo']
      : []),
    '',
  ]
  console.log(lines.join('\n'))
}
