const u16 = (value: number) => String.fromCharCode(value & 255, (value >> 8) & 255)
const u32 = (value: number) => u16(value & 0xffff) + u16(value >>> 16)
const checksum = (data: string) => [...data].reduce((sum, letter) => (sum + letter.charCodeAt(0)) & 0xffff, 0)
const attribute = (level: number, id: number, data: string) =>
  String.fromCharCode(level) + u32(id) + u32(data.length) + data + u16(checksum(data))
const padded = (data: string) => data + '\0'.repeat((4 - (data.length % 4)) % 4)
/** A property of variable length: string8 (0x1e) or binary (0x102). */
const property = (id: number, type: number, data: string) => u16(type) + u16(id) + u32(1) + u32(data.length) + padded(data)
const begin = u32(0x223e9f78) + u16(1) + attribute(1, 0x89006, u32(0x10000)) + attribute(1, 0x69007, u32(1252) + u32(0))

/** The container of Outlook, [MS-OXTNEF], as text in which every letter is one byte. */
export function tnef({ text, html, files = [] }: { text?: string; html?: string; files?: [name: string, content: string][] }): string {
  const properties = [
    ...(text === undefined ? [] : [property(0x1000, 0x1e, `${text}\0`)]),
    ...(html === undefined ? [] : [property(0x1013, 0x102, html)]),
  ]
  const body = properties.length > 0 ? attribute(1, 0x69003, u32(properties.length) + properties.join('')) : ''
  const attachments = files.map(
    ([name, content]) =>
      attribute(2, 0x69002, '\0'.repeat(14)) +
      attribute(2, 0x18010, `${name.slice(0, 8)}\0`) +
      attribute(2, 0x6800f, content) +
      attribute(2, 0x69005, u32(1) + property(0x3707, 0x1e, `${name}\0`)),
  )
  return begin + body + attachments.join('')
}

/** The same with rich text, stored as [MS-OXRTFCP] allows: uncompressed. */
export function tnefRtf(rtf: string): string {
  const stored = `${u32(rtf.length + 12) + u32(rtf.length)}MELA${u32(0)}${rtf}`
  return begin + attribute(1, 0x69003, u32(1) + property(0x1009, 0x102, stored))
}
