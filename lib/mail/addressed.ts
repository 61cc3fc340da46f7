/**
 * A message of ours for a provider that sends to whom its header names, and to nobody else: without those who are left out, and with
 * those whom it does not name in Bcc, which the provider takes off.
 */
export function addressedTo(raw: Uint8Array, recipients: readonly string[]): Buffer<ArrayBuffer> {
  const bytes = Buffer.from(raw)
  const end = bytes.indexOf('\r\n\r\n')
  const head = bytes.subarray(0, end < 0 ? bytes.length : end).toString('latin1')
  const wanted = new Set(recipients.map((email) => email.toLowerCase()))
  const named = new Set<string>()
  const lines = head.split(/\r\n(?![ \t])/).flatMap((line) => {
    const [, name, list = ''] = /^(to|cc|bcc):\s*([\s\S]*)$/i.exec(line) ?? []
    if (!name) return [line]
    const kept = entriesOf(list).filter((entry) => wanted.has(addressOf(entry)))
    for (const entry of kept) named.add(addressOf(entry))
    return kept.length > 0 ? [`${name}: ${kept.join(',\r\n ')}`] : []
  })
  const hidden = [...wanted].filter((email) => !named.has(email))
  if (hidden.length > 0) lines.push(`Bcc: ${hidden.join(',\r\n ')}`) // not-words: a header
  return Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), bytes.subarray(head.length)])
}

/** What stands between the commas that are not in quotes or brackets. */
export const entriesOf = (list: string): string[] =>
  (list.replace(/\r\n[ \t]+/g, ' ').match(/(?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^,"<])+/g) ?? []).map((entry) => entry.trim()).filter(Boolean)

/** Without the name and the brackets around it. */
export const bareOf = (entry: string): string => (/<([^<>]*)>\s*$/.exec(entry)?.[1] ?? entry).trim()

const addressOf = (entry: string): string => bareOf(entry).toLowerCase()
