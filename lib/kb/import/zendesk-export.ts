import { z } from 'zod'
import type { ImportDocument } from './import-document'

const id = z.union([z.number(), z.string().max(40)]).transform(String)
const text = z.string().nullish()
const flag = z.boolean().nullish()

/** The parts of Zendesk's answers (`/api/v2/help_center/...`) that say something here. */
const article = z.object({
  id,
  title: text,
  body: text,
  locale: text,
  source_locale: text,
  section_id: id.nullish(),
  draft: flag,
  promoted: flag,
  label_names: z.array(z.string()).nullish(),
  html_url: text,
  updated_at: text,
  user_segment_id: id.nullish(),
})
const translation = z.object({
  source_id: id,
  source_type: text,
  locale: z.string(),
  title: text,
  body: text,
  draft: flag,
  updated_at: text,
})
const section = z.object({ id, name: z.string(), category_id: id.nullish(), parent_section_id: id.nullish() })
const category = z.object({ id, name: z.string() })

export interface ZendeskRead {
  documents: ImportDocument[]
  /** Entries that are none of Zendesk's, by their places. */
  broken: { path: string }[]
}

/**
 * Reads what Zendesk's API answers, several answers together: articles with their translations, sections and categories. An article is
 * known by its number and its help centre, a translation by its language too.
 */
export function readZendesk(pages: readonly unknown[]): ZendeskRead {
  const broken: ZendeskRead['broken'] = []
  const all = <S extends z.ZodType>(name: string, schema: S): z.output<S>[] =>
    pages.flatMap((page) => {
      const given = (page as Record<string, unknown> | null)?.[name]
      if (!Array.isArray(given)) return []
      return given.flatMap((each, n) => {
        const read = schema.safeParse(each)
        if (read.success) return [read.data]
        const number = (each as { id?: unknown } | null)?.id
        broken.push({ path: `${name}/${typeof number === 'number' || typeof number === 'string' ? number : `#${n + 1}`}` })
        return []
      })
    })
  const sections = new Map(all('sections', section).map((each) => [each.id, each]))
  const categories = new Map(all('categories', category).map((each) => [each.id, each.name]))
  const pathOf = (sectionId: string | null | undefined): string[] => {
    const names: string[] = []
    const seen = new Set<string>()
    let top: string | null | undefined
    for (let at = sectionId; at && !seen.has(at); at = sections.get(at)?.parent_section_id) {
      seen.add(at)
      const found = sections.get(at)
      if (found) names.unshift(found.name)
      top = found?.category_id ?? top
    }
    const name = top ? categories.get(top) : undefined
    return name ? [name, ...names] : names
  }
  const byId = new Map(all('articles', article).map((each) => [each.id, each]))
  const texts = all('translations', translation).filter(({ source_type }) => !source_type || source_type === 'Article')
  const documents: ImportDocument[] = []
  for (const each of byId.values()) {
    const host = hostOf(each.html_url)
    const own = each.source_locale ?? each.locale ?? undefined
    const path = pathOf(each.section_id)
    const shared = {
      categoryPath: path.length > 0 ? path.slice(0, 5) : undefined,
      tags: each.label_names?.length ? each.label_names.slice(0, 20) : undefined,
      featured: each.promoted ?? undefined,
      // Zendesk's segments are of its own; what not everybody may read is for whoever is signed in.
      audience: each.user_segment_id ? 'customers' : undefined,
      translationOf: each.id,
    }
    const versions = new Map<string, Pick<z.output<typeof article>, 'title' | 'body' | 'draft' | 'updated_at'>>([
      [each.locale ?? own ?? '', each],
    ])
    for (const other of texts) if (other.source_id === each.id) versions.set(other.locale, other)
    for (const [locale, { title, body, draft, updated_at }] of versions)
      documents.push({
        path: `articles/${each.id}${locale ? `/${locale}` : ''}`,
        format: 'html',
        text: body ?? '',
        source: `zendesk:${host}`,
        fields: {
          ...shared,
          id: locale ? `${each.id}/${locale}` : each.id,
          title: title ?? undefined,
          lang: locale || undefined,
          draft: draft ?? undefined,
          updated: updated_at ?? undefined,
        },
      })
  }
  return { documents: documents.map(withoutGaps), broken }
}

const withoutGaps = (document: ImportDocument): ImportDocument => ({
  ...document,
  fields: Object.fromEntries(Object.entries(document.fields ?? {}).filter(([, value]) => value !== undefined)),
})

function hostOf(url: string | null | undefined): string {
  try {
    return new URL(url ?? '').host
  } catch {
    return ''
  }
}
