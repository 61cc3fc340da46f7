/** Bytes of one file. */
export const maxFileSize = 25 * 1024 * 1024
export const maxFilesPerMessage = 20

/** What somebody who is not signed in may send with a form, and in ten minutes from one address. */
export const guestFiles = { count: 5, size: 10 * 1024 * 1024, total: 25 * 1024 * 1024, perAddress: 20 } as const

/** What it may be: by its ending, with the types that its sender may declare and its bytes must have. */
export const guestTypes: Record<string, readonly string[]> = {
  pdf: ['application/pdf'],
  txt: ['text/plain'],
  docx: ['application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  xlsx: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  jpg: ['image/jpeg'],
  jpeg: ['image/jpeg'],
  png: ['image/png'],
  gif: ['image/gif'],
  webp: ['image/webp'],
  mp4: ['video/mp4'],
  mov: ['video/quicktime'],
  mkv: ['video/matroska', 'video/x-matroska'],
  avi: ['video/vnd.avi', 'video/x-msvideo', 'video/avi'],
}

/** Files that run when they are opened: no request for help needs one. */
const programs = new Set(
  // not-words: endings of file names
  'ade adp apk app appx bat cab chm cmd com cpl dll dmg exe gadget hta inf ins isp iso jar js jse lib lnk mde msc msi msix msp mst nsh pif ps1 reg scr sct sh shb sys vb vbe vbs vxd wsc wsf wsh'.split(
    ' ',
  ),
)

export const isProgramName = (name: string) => programs.has(/\.([a-z0-9]+)[\s.]*$/i.exec(name)?.[1]?.toLowerCase() ?? '')

/** What a file of somebody unknown may really be, by its ending and by what its sender says it is, who may leave that out; none for what is not accepted. */
export function guestTypesOf(name: string, declared: string): readonly string[] {
  const types = guestTypes[/\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''] ?? []
  const said = declared.split(';')[0]?.trim().toLowerCase() ?? ''
  return said === '' || said === 'application/octet-stream' || types.includes(said) ? types : []
}

/** Where a file is to be had, for whoever may see its message. */
export const fileAddress = (id: string) => `/api/v1/files/${id}`

const units = ['B', 'KB', 'MB', 'GB']

/** A size as people read it: "1.4 MB". */
export function sizeInWords(bytes: number): string {
  let size = bytes
  let unit = 0
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024
    unit++
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : Number(size.toFixed(1))} ${units[unit]}`
}
