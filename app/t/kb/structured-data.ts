import { articlePath, categoryPath, helpCentrePath } from '@/lib/kb/articles/article-address'
import type { PublishedArticle } from '@/lib/kb/articles/published'

// What search engines read of a page, in the vocabulary of schema.org.

interface Crumb {
  name: string
  slug: string
}

const crumbs = (origin: string, locale: string, helpCentre: string, path: Crumb[], last?: { name: string; at: string }) => ({
  '@type': 'BreadcrumbList',
  itemListElement: [
    { name: helpCentre, at: helpCentrePath(locale) },
    ...path.map(({ name, slug }) => ({ name, at: categoryPath({ locale, slug }) })),
    ...(last ? [last] : []),
  ].map(({ name, at }, place) => ({ '@type': 'ListItem', position: place + 1, name, item: origin + at })),
})

export const breadcrumbs = (origin: string, locale: string, helpCentre: string, path: Crumb[]) => ({
  '@context': 'https://schema.org',
  ...crumbs(origin, locale, helpCentre, path),
})

interface Surroundings {
  origin: string
  helpCentre: string
  workspace: string
  picture: string
}

export function articleData(article: PublishedArticle, { origin, helpCentre, workspace, picture }: Surroundings) {
  const url = origin + articlePath(article)
  const publisher = { '@type': 'Organization', name: workspace, url: `${origin}/` }
  return {
    '@context': 'https://schema.org',
    '@graph': [
      {
        '@type': 'TechArticle',
        '@id': `${url}#article`,
        headline: article.title.slice(0, 110),
        description: article.seoDescription || article.excerpt,
        inLanguage: article.locale,
        datePublished: article.publishedAt.toISOString(),
        dateModified: article.changedAt.toISOString(),
        mainEntityOfPage: article.canonicalUrl ?? url,
        image: picture,
        author: publisher,
        publisher,
        ...(article.tags.length > 0 && { keywords: article.tags.join(', ') }),
        articleSection: article.category.name,
      },
      crumbs(origin, article.locale, helpCentre, article.path, { name: article.title, at: articlePath(article) }),
    ],
  }
}
