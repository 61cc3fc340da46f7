/** A path on this host to go on to, or `otherwise`: a link from outside must not send people elsewhere. */
export function localPath(given: string | undefined, otherwise: string): string {
  if (!given?.startsWith('/') || /^\/[/\\]/.test(given) || !URL.canParse(given, 'http://here')) return otherwise
  const url = new URL(given, 'http://here')
  // Normalising can uncover another host: '/.//there' becomes '//there'.
  return url.host === 'here' && !url.pathname.startsWith('//') ? url.pathname + url.search : otherwise
}
