import { pipeline } from 'node:stream/promises'
import { CsvError, parse } from 'csv-parse'
import { invalid } from '../core/errors'
import { letLoopTurn } from '../core/event-loop'
import { msg } from '../core/message'
import { cleanText, cut } from '../core/text'
import { maxImportRows } from './schema'

const maxColumns = 200
/** How much is read before others have their turn. */
const pieceBytes = 16 * 1024

export interface Table {
  columns: string[]
  rows: { line: number; cells: string[] }[]
}

/**
 * Reads a table whose first row names its columns, whatever sign stands between them.
 * @throws INVALID on `csv`, with the line on which something is wrong
 */
export async function readTable(csv: string): Promise<Table> {
  const text = csv.replace(/^\ufeff/, '')
  const said = /^"?sep=(.)"?[^\S\r\n]*(?=\r|\n|$)/i.exec(text)
  const found = await parseRows(said ? text.slice(said[0].length) : text, said?.[1])
  const [head, ...rest] = found
  if ((head?.record.length ?? 0) > maxColumns) throw invalid({ csv: [msg('contacts.csvColumns', { maximum: maxColumns })] })
  const columns = (head?.record ?? []).map((name, n) => cut(cleanText(name), 200) || `#${n + 1}`)
  const rows: Table['rows'] = []
  for (const { record, info } of rest) {
    if (record.some(Boolean)) rows.push({ line: info.lines, cells: record.map(cleanText) })
    await letLoopTurn()
  }
  if (rows.length === 0) throw invalid({ csv: ['contacts.csvNoLines'] })
  if (rows.length > maxImportRows) throw invalid({ csv: [msg('contacts.csvLines', { maximum: maxImportRows })] })
  return { columns, rows }
}

interface Row {
  record: string[]
  info: { lines: number }
}

async function* piecesOf(text: string) {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    yield bytes.subarray(at, at + pieceBytes)
    await letLoopTurn()
  }
}

async function parseRows(text: string, delimiter = delimiterOf(text)): Promise<Row[]> {
  const found: Row[] = []
  const parser = parse({ delimiter, relaxColumnCount: true, skipEmptyLines: true, info: true, trim: true })
  try {
    await pipeline(piecesOf(text), parser, async (rows: AsyncIterable<Row>) => {
      for await (const row of rows) found.push(row)
    })
    return found
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = Number(error.lines ?? 0)
    if (error.code === 'CSV_QUOTE_NOT_CLOSED') throw invalid({ csv: [msg('contacts.csvQuoteOpen', { line: openedOn(text, delimiter) })] })
    if (error.code === 'CSV_INVALID_CLOSING_QUOTE' || error.code === 'INVALID_OPENING_QUOTE')
      throw invalid({ csv: [msg('contacts.csvQuote', { line })] })
    throw invalid({ csv: [msg('contacts.csvUnreadable', { line })] })
  }
}

/** The line of the quotation mark that is never closed: the last one that opens a cell. */
function openedOn(text: string, delimiter: string): number {
  let line = 1
  let opened = 1
  let isQuoted = false
  let isStart = true
  for (const sign of text) {
    if (sign === '"' && (isQuoted || isStart)) {
      isQuoted = !isQuoted
      if (isQuoted) opened = line
    }
    if (sign === '\n') line++
    isStart = !isQuoted && (sign === delimiter || sign === '\n' || (isStart && /\s/.test(sign)))
  }
  return opened
}

const delimiters = [',', ';', '\t', '|']

/** The sign that cuts the first row into the most cells, outside quotation marks. */
function delimiterOf(text: string): string {
  const counts = new Map(delimiters.map((sign) => [sign, 0]))
  let isQuoted = false
  for (const sign of text) {
    if (sign === '"') isQuoted = !isQuoted
    else if (!isQuoted && (sign === '\n' || sign === '\r')) {
      if ([...counts.values()].some(Boolean)) break
    } else if (!isQuoted && counts.has(sign)) counts.set(sign, (counts.get(sign) ?? 0) + 1)
  }
  return delimiters.toSorted((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0))[0] as string
}
