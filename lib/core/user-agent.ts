const known = /(Edg|OPR|Firefox|Chrome|Safari|curl)[\w]*\/(\d+)/
const names: Record<string, string> = { Edg: 'Edge', OPR: 'Opera' }

/** Browser and version in words, such as "Firefox 130". */
export function browserOf(userAgent: string | null): string {
  const [, name = '', version] = known.exec(userAgent ?? '') ?? []
  return name ? `${names[name] ?? name} ${version}` : 'Unknown client'
}
