import { z } from 'zod'
import { msg } from '../../core/message'
import { instant, pageOf, stamps } from '../../core/page'
import { nameInput, reference, tagInput } from '../../core/schema'
import { lineOfText } from '../../core/text'
import {
  audiences,
  categoryColours,
  categoryIcons,
  longestContent,
  longestExcerpt,
  longestMetadata,
  longestSlug,
  longestTitle,
  mostRelated,
  mostTags,
  pageSizes,
  seoLimits,
} from './values'
import { articleActions, articleStatuses } from './workflow'

export * from './values'

export const audience = z.enum(audiences)

/** A language tag in its usual form: `en`, `pt-BR`, `zh-Hant`. */
export const localeInput = z
  .string()
  .max(35)
  .transform((typed, context) => {
    try {
      const { language, script, region } = new Intl.Locale(typed)
      const tag = [language, script, region].filter(Boolean).join('-')
      if (/^[a-z]{2,3}(-|$)/.test(tag)) return tag
    } catch {}
    context.addIssue({ code: 'custom', message: msg('kb.language'), input: typed })
    return z.NEVER
  })
  .pipe(z.string())

const line = (most: number) => z.string().overwrite(lineOfText).trim().max(most)

const seo = {
  seoTitle: line(seoLimits.title).default(''),
  seoDescription: line(seoLimits.description).default(''),
  seoKeywords: line(seoLimits.keywords).default(''),
}

const slugInput = z
  .string()
  .max(4 * longestSlug)
  .optional()

/** Whatever a program wants to keep with something. */
const metadata = z
  .record(z.string().max(100), z.unknown())
  .refine((given) => JSON.stringify(given).length <= longestMetadata, msg('kb.metadataTooLong', { maximum: longestMetadata }))

const categoryTexts = { name: nameInput, description: line(500).default(''), slug: slugInput, ...seo }

export const categoryFields = {
  ...categoryTexts,
  parentId: z.uuid().nullable().default(null),
  icon: z.enum(categoryIcons).default('folder'),
  colour: z.enum(categoryColours).default('grey'),
  sortOrder: z.number().int().min(-100_000).max(100_000).default(0),
  audience: audience.default('public'),
  isFeatured: z.boolean().default(false),
  metadata: metadata.default({}),
  /** Its texts in other languages. */
  translations: z
    .array(z.strictObject({ locale: localeInput, ...categoryTexts }))
    .max(40)
    .default([]),
}
export type CategoryFields = z.output<z.ZodObject<typeof categoryFields>>

const seoOutput = { seoTitle: z.string(), seoDescription: z.string(), seoKeywords: z.string() }
const textsOutput = { locale: z.string(), name: z.string(), description: z.string(), slug: z.string(), ...seoOutput }

export const categoryOutput = z.object({
  id: z.uuid(),
  ...stamps,
  parentId: z.uuid().nullable(),
  /** 1 at the top. */
  level: z.int(),
  ...textsOutput,
  icon: z.string(),
  colour: z.string(),
  sortOrder: z.int(),
  audience,
  /** The narrowest of its own and those above it. */
  effectiveAudience: audience,
  isFeatured: z.boolean(),
  metadata: z.record(z.string(), z.unknown()),
  /** Names from the top to itself. */
  path: z.array(z.string()),
  /** Articles in it, drafts too. */
  articleCount: z.int(),
  translations: z.array(z.object(textsOutput)),
})
export type CategoryOutput = z.output<typeof categoryOutput>

/** What an article takes; what is left out of a change stays as it is. */
export const articleFields = {
  title: line(longestTitle).min(1, msg('kb.title')),
  categoryId: z.uuid(),
  slug: slugInput,
  content: z.string().max(longestContent, msg('kb.contentTooLong', { maximum: longestContent })),
  excerpt: z.string().trim().max(longestExcerpt),
  seoTitle: line(seoLimits.title),
  seoDescription: line(seoLimits.description),
  seoKeywords: line(seoLimits.keywords),
  canonicalUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .nullable(),
  tags: z
    .array(tagInput)
    .max(mostTags)
    .transform((tags) => [...new Set(tags)]),
  audience,
  isPinned: z.boolean(),
  isFeatured: z.boolean(),
  sortOrder: z.number().int().min(-100_000).max(100_000),
  metadata,
  authorId: z.uuid(),
  reviewerIds: z.array(z.uuid()).max(20),
  /** What is shown below it, in this order; without any, what is like it. */
  relatedIds: z
    .array(z.uuid())
    .max(mostRelated)
    .transform((ids) => [...new Set(ids)]),
  reviewAt: z.coerce.date().min(new Date('2000-01-01')).max(new Date('2400-01-01')).nullable(),
}

export const articleListed = z.object({
  id: z.uuid(),
  ...stamps,
  title: z.string(),
  slug: z.string(),
  locale: z.string(),
  /** The article it translates. */
  sourceId: z.uuid().nullable(),
  /** Whether what it translates has changed since it was brought up to date. */
  isOutdated: z.boolean(),
  category: reference,
  status: z.enum(articleStatuses),
  /** Whether readers see a version of it, whatever becomes of its working copy. */
  isPublished: z.boolean(),
  audience,
  effectiveAudience: audience,
  isPinned: z.boolean(),
  isFeatured: z.boolean(),
  tags: z.array(z.string()),
  author: reference.nullable(),
  reviewAt: instant.nullable(),
  scheduledAt: instant.nullable(),
  publishedAt: instant.nullable(),
})
export const articlePage = pageOf(articleListed)

export const articleOutput = articleListed.extend({
  content: z.string(),
  excerpt: z.string(),
  ...seoOutput,
  canonicalUrl: z.string().nullable(),
  readingMinutes: z.int(),
  sortOrder: z.int(),
  metadata: z.record(z.string(), z.unknown()),
  /** Who changed its text last. */
  editedBy: reference.nullable(),
  reviewers: z.array(reference),
  related: z.array(z.object({ id: z.uuid(), locale: z.string(), title: z.string() })),
  /** Why it was not approved the last time. */
  rejectionReason: z.string().nullable(),
  lastReviewedAt: instant.nullable(),
  scheduledZone: z.string().nullable(),
  /** The number of the version that readers see. */
  publishedN: z.int().nullable(),
  /** The article that it translates, with the number of its newest version. */
  source: z.object({ id: z.uuid(), locale: z.string(), title: z.string(), n: z.int().nullable() }).nullable(),
  /** The version of its source that it was last brought up to date with; null where that was a draft. */
  sourceN: z.int().nullable(),
  /** The article in other languages. */
  translations: z.array(
    z.object({
      id: z.uuid(),
      locale: z.string(),
      title: z.string(),
      status: z.enum(articleStatuses),
      isPublished: z.boolean(),
      isOutdated: z.boolean(),
    }),
  ),
  /** What the caller may do with it now. */
  actions: z.array(z.enum(articleActions)),
  abilities: z.object({ update: z.boolean(), delete: z.boolean() }),
})
export type ArticleOutput = z.output<typeof articleOutput>

export const settingsFields = {
  title: line(120).min(1).nullable().optional(),
  description: line(500).optional(),
  /** Whether people who are not signed in read what is public. */
  isPublic: z.boolean().optional(),
  requiresApproval: z.boolean().optional(),
  /** Whether authors who may publish approve their own articles. */
  allowsSelfApproval: z.boolean().optional(),
  articlesPerPage: z.literal(pageSizes).optional(),
  hasVotes: z.boolean().optional(),
  hasComments: z.boolean().optional(),
}

export const settingsOutput = z.object({
  ...stamps,
  title: z.string().nullable(),
  description: z.string(),
  isPublic: z.boolean(),
  requiresApproval: z.boolean(),
  allowsSelfApproval: z.boolean(),
  articlesPerPage: z.int(),
  hasVotes: z.boolean(),
  hasComments: z.boolean(),
})
