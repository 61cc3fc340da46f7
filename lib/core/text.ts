/** Text that PostgreSQL can store: no NUL, no half characters. */
export const cleanText = (text: string): string => text.replaceAll('\0', '').toWellFormed()

export const hasNul = (value: unknown): boolean => {
  if (typeof value === 'string') return value.includes('\0')
  if (Array.isArray(value)) return value.some(hasNul)
  if (value && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype)
    return Object.entries(value).some(([name, field]) => name.includes('\0') || hasNul(field))
  return false
}
