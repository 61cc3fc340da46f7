/** Pure rules on host names; the edge middleware uses them, so nothing here does I/O. */

/** Names that a tenant may not take: ours, or easily mistaken for ours. */
export const reservedSlugs = new Set([
  'www', 'api', 'app', 'admin', 'platform', 'root', 'mail', 'smtp', 'imap', 'verification', 'status', 'support',
  'help', 'docs', 'static', 'assets', 'cdn', 'auth', 'login', 'dev', 'test', 'localhost',
]) // biome-ignore format: a list reads better than a column

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

export const slugPattern = /^[a-z][a-z0-9-]{1,38}[a-z0-9]$/

/**
 * A `Host` header as the name it means: lower case, no port, no trailing dot.
 * @returns null for what is not a host name
 */
export function normalizeHost(header: string | null | undefined): string | null {
  if (!header || header.length > 260) return null
  const name = header.trim().toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '')
  return name.length <= 253 && name.split('.').every((part) => label.test(part)) ? name : null
}

/** The root host itself, or an address of this machine while the root is local. */
export const isRootHost = (host: string, rootDomain: string): boolean =>
  host === rootDomain || (rootDomain === 'localhost' && host === '127.0.0.1')

/** The tenant's name in `<slug>.<ROOT_DOMAIN>`, or null when the host is not of that form. */
export function slugOf(host: string, rootDomain: string): string | null {
  if (!host.endsWith(`.${rootDomain}`)) return null
  const slug = host.slice(0, -rootDomain.length - 1)
  return slugPattern.test(slug) ? slug : null
}
