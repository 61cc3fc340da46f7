const known = /(Edg|OPR|Firefox|Chrome|Safari|curl)[\w]*\/(\d+)/
const names: Record<string, string> = { Edg: 'Edge', OPR: 'Opera' }

/** Browser and version, such as "Firefox 130"; null when it is none we know. */
export function browserOf(userAgent: string | null): string | null {
  const [, name = '', version] = known.exec(userAgent ?? '') ?? []
  return name ? `${names[name] ?? name} ${version}` : null
}
