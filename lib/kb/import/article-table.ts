import type { Table } from '../../contacts/import-file'
import type { ImportDocument } from './import-document'

/** Columns that hold the text, and of what kind it is. */
const textColumns: Record<string, ImportDocument['format']> = {
  content: 'html',
  body: 'html',
  html: 'html',
  text: 'markdown',
  markdown: 'markdown',
}
/** Columns whose names do not say what front matter calls them. */
const otherNames: Record<string, string> = { 'seo title': 'seoTitle', 'seo description': 'seoDescription', 'seo keywords': 'seoKeywords' }
const known: Record<string, string> = Object.fromEntries(
  ['id', 'title', 'slug', 'lang', 'category', 'excerpt', 'tags', 'featured', 'pinned', 'audience', 'seoTitle', 'seoDescription']
    .concat(['seoKeywords', 'canonicalUrl', 'updated', 'draft', 'translationOf'])
    .map((name) => [name.toLowerCase(), name]),
)
const truth: Record<string, boolean> = { true: true, yes: true, '1': true, false: false, no: false, '0': false }
const flags = new Set(['featured', 'pinned', 'draft'])

/** Each line of a table as a document; its columns are called as in front matter, or as other systems call them. */
export function documentsOfTable(file: string, { columns, rows }: Table): ImportDocument[] {
  const names = columns.map((column) => {
    const name = column.trim().toLowerCase()
    return otherNames[name] ?? known[name] ?? name
  })
  const at = names.findIndex((name) => Object.hasOwn(textColumns, name))
  return rows.map(({ line, cells }) => {
    const entries = names.flatMap((name, n) => {
      const cell = cells[n]
      if (n === at || !cell) return []
      return [[name, flags.has(name) ? (truth[cell.toLowerCase()] ?? cell) : cell] as const]
    })
    return {
      path: `${file}:${line}`,
      format: textColumns[names[at] ?? ''] ?? 'html',
      text: cells[at] ?? '',
      source: 'csv',
      fields: Object.fromEntries(entries),
    }
  })
}
