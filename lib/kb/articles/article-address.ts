/** Where readers find what the help centre has, below its host. Slugs are of any script. */
export const helpCentrePath = (locale?: string): string => (locale ? `/kb/${locale}` : '/kb')

export const articlePath = ({ locale, slug }: { locale: string; slug: string }): string => `/kb/${locale}/${encodeURIComponent(slug)}`

export const categoryPath = ({ locale, slug }: { locale: string; slug: string }): string =>
  `/kb/${locale}/categories/${encodeURIComponent(slug)}`

/** Where a picture of an article is to be had, by whoever may read one that shows it. */
export const pictureAddress = (id: string): string => `/api/v1/public/kb/pictures/${id}`

/** The ids of the pictures that an article shows, each once. */
export const picturesIn = (html: string): string[] => [
  ...new Set(
    [...html.matchAll(/src="\/api\/v1\/public\/kb\/pictures\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"/g)].map(
      ([, id]) => id as string,
    ),
  ),
]
