/** How long tokens of the API may live: between these minutes, and these days. */
export const accessTokenMinutes = { min: 5, max: 24 * 60 } as const
export const refreshTokenDays = { min: 1, max: 90 } as const

/** What stands behind the head of the portal's start page where there is no photo. */
export const portalPatterns = ['dots', 'grid', 'waves', 'none'] as const
export type PortalPattern = (typeof portalPatterns)[number]

/** People who work there. */
export const organizationSizes = ['1-10', '11-50', '51-200', '201-1000', '1000+'] as const
