import { isIP } from 'node:net'

/**
 * Reads MAIL_DNS: `system` for the name servers of the system (none are named), `off` for asking nobody, or servers separated by
 * commas, with a port where it is another.
 * @returns null for asking nobody, undefined for what can't be meant
 */
export function readNameServers(text: string): string[] | null | undefined {
  if (text === 'off') return null
  if (text === 'system') return []
  const servers = text.split(',').map((server) => server.trim())
  return servers.every(isServer) ? servers : undefined
}

function isServer(text: string): boolean {
  const [, bracketed, plain, port = '53'] = /^(?:\[([0-9a-f:.]{2,45})\]|([0-9.]{7,15}))(?::(\d{1,5}))?$/i.exec(text) ?? []
  return isIP(text) !== 0 || (isIP(bracketed ?? plain ?? '') !== 0 && Number(port) > 0 && Number(port) <= 65_535)
}
