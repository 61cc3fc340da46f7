/** The text of a file, by its byte order mark, or as it looks: UTF-8, UTF-16 as Excel writes it, or else Windows-1252. */
export function decodeText(bytes: Uint8Array): string {
  const decode = (encoding: string) => new TextDecoder(encoding).decode(bytes)
  const begins = (...mark: number[]) => mark.every((byte, n) => bytes[n] === byte)
  if (begins(0xef, 0xbb, 0xbf)) return decode('utf-8')
  if (begins(0xff, 0xfe)) return decode('utf-16le')
  if (begins(0xfe, 0xff)) return decode('utf-16be')
  const head = bytes.subarray(0, 2000)
  const zeros = (offset: number) => head.filter((byte, n) => byte === 0 && n % 2 === offset).length
  // In a table most signs are ASCII: every other byte of them is zero.
  if (zeros(1) > head.length / 5) return decode('utf-16le')
  if (zeros(0) > head.length / 5) return decode('utf-16be')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return decode('windows-1252')
  }
}
