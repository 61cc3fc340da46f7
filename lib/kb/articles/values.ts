/** Who may read, the widest first. */
export const audiences = ['public', 'customers', 'agents'] as const
export type Audience = (typeof audiences)[number]

/** The narrower of two. */
export const narrower = (a: Audience, b: Audience): Audience => (audiences.indexOf(a) >= audiences.indexOf(b) ? a : b)

export const isWider = (a: Audience, b: Audience): boolean => audiences.indexOf(a) < audiences.indexOf(b)

/** Icons of categories, by their names in lucide. */
export const categoryIcons = [
  ...['folder', 'book-open', 'circle-help', 'user', 'users', 'key-round', 'lock', 'shield', 'credit-card', 'receipt', 'wallet', 'truck'],
  ...['package', 'shopping-cart', 'settings', 'wrench', 'bug', 'plug', 'smartphone', 'laptop', 'globe', 'mail', 'message-circle', 'bell'],
  ...['calendar', 'clock', 'file-text', 'scale', 'star', 'rocket', 'lightbulb', 'graduation-cap'],
] as const
export const categoryColours = ['grey', 'red', 'orange', 'amber', 'green', 'teal', 'blue', 'indigo', 'purple', 'pink'] as const

/** Levels of the category tree. */
export const deepestLevel = 5
export const mostCategories = 500

/** What a search result shows of a page is no longer. */
export const seoLimits = { title: 60, description: 160, keywords: 200 } as const
export const longestTitle = 200
export const longestSlug = 100
export const longestExcerpt = 500
/** Characters of an article with its formatting. */
export const longestContent = 300_000
export const mostTags = 20
/** Articles that are shown below another. */
export const mostRelated = 6
/** Characters of metadata, as JSON. */
export const longestMetadata = 8000

/** Why a link leads nowhere: within the help centre, and elsewhere. */
export const linkProblems = ['notFound', 'hidden', 'noSection', 'failing', 'unreachable'] as const

export const pageSizes = [6, 12, 24, 48] as const

/** Languages that an article is offered to be written in, beside those of the help centre; the API takes any. */
export const offeredLocales = [
  ...['ar', 'bg', 'bn', 'cs', 'da', 'de', 'el', 'en', 'es', 'fa', 'fi', 'fr', 'he', 'hi', 'hu', 'id', 'it', 'ja', 'ko', 'nb', 'nl', 'pl'],
  ...['pt', 'pt-BR', 'ro', 'ru', 'sv', 'sw', 'th', 'tr', 'uk', 'ur', 'vi', 'zh-Hans', 'zh-Hant'],
] as const
