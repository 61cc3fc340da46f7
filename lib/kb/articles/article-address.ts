/** Where readers find what the help centre has, below its host. Slugs are of any script. */
export const helpCentrePath = (locale?: string): string => (locale ? `/kb/${locale}` : '/kb')

export const articlePath = ({ locale, slug }: { locale: string; slug: string }): string => `/kb/${locale}/${encodeURIComponent(slug)}`

export const categoryPath = ({ locale, slug }: { locale: string; slug: string }): string =>
  `/kb/${locale}/categories/${encodeURIComponent(slug)}`
