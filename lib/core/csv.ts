/** A cell that a spreadsheet would run as a formula is shown to it as text (OWASP), also in the wide letters of Asian ones. Numbers stay numbers. */
const harmless = (cell: string) => (/^[=+\-@\t\r\n＝＋－＠]/.test(cell) && !/^[+-]?\d+([.,]\d+)?$/.test(cell) ? `'${cell}` : cell)

const quoted = (cell: string) => (/[",\r\n;]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

type Row = readonly (string | number | null)[]

/** RFC 4180. */
export const csvLines = (rows: readonly Row[]): string =>
  rows.map((row) => `${row.map((cell) => quoted(harmless(String(cell ?? '')))).join(',')}\r\n`).join('')

/** The mark by which spreadsheets know UTF-8. */
export const csvMark = '\ufeff'

export const csvOf = (rows: readonly Row[]): string => csvMark + csvLines(rows)
