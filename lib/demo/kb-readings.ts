import { newId } from '../core/id'
import { withTenant } from '../db/scope'
import type { ResolvedTenant } from '../tenancy/resolve'

const days = 30

/** What readers looked for: how often a day at most, and whether the help centre has it. */
const searches: [locale: string, query: string, most: number, isFound: boolean][] = [
  ['en', 'return an item', 14, true],
  ['en', 'where is my parcel', 12, true],
  ['en', 'refund', 9, true],
  ['en', 'reset password', 7, true],
  ['en', 'size chart', 6, true],
  ['en', 'change delivery address', 5, true],
  ['en', 'gift wrapping', 5, false],
  ['en', 'price match', 4, false],
  ['en', 'student discount', 3, false],
  ['en', 'rent a tent', 2, false],
  ['de', 'rücksendung', 4, true],
  ['de', 'lieferzeit', 3, true],
  ['de', 'geschenkverpackung', 2, false],
  ['ar', 'تتبع الطلب', 2, true],
]

type Reason = 'unclear' | 'incomplete' | 'incorrect' | 'outdated' | 'other'

/** Comments on articles, and whether somebody let them pass. */
const comments = [
  { slug: 'return-an-item', text: 'The label arrived within a minute. Thank you!', status: 'approved', hours: 90 },
  { slug: 'return-an-item', text: 'Can I return two orders in one parcel?', status: 'pending', hours: 5 },
  { slug: 'size-guide', text: 'The boots run half a size small. I took one size up.', status: 'approved', hours: 200 },
]

/** What readers said of articles. */
const votes: { slug: string; helpful: number; not: [reason: Reason | null, text: string][] }[] = [
  {
    slug: 'return-an-item',
    helpful: 41,
    not: [
      ['incomplete', 'Can I return an item that I bought in a store by post?'],
      ['unclear', 'Where do I find the label as a guest?'],
      [null, ''],
    ],
  },
  { slug: 'track-your-order', helpful: 33, not: [['other', 'The link of the carrier did not open on my phone.']] },
  {
    slug: 'refund-times',
    helpful: 18,
    not: [
      ['outdated', 'My bank took ten days, not five.'],
      ['incomplete', ''],
      ['incomplete', ''],
    ],
  },
  { slug: 'size-guide', helpful: 12, not: [['unclear', 'Are the boots measured with or without socks?']] },
  { slug: 'reset-your-password', helpful: 22, not: [] },
  { slug: 'delivery-times', helpful: 16, not: [['incorrect', 'Delivery to Mombasa takes four days.']] },
]

/** Fills what readers of the demo's help centre did within the last days: always the same, by the names of articles. */
export async function seedReadings(tenant: ResolvedTenant, now: Date) {
  const tenantId = tenant.ref.id
  const asked = JSON.stringify(searches.map(([locale, query, most, isFound]) => ({ locale, query, most, isFound })))
  const said = votes.flatMap(({ slug, helpful, not }) => [
    ...Array.from({ length: helpful }, () => ({ slug, isHelpful: true, reason: null, text: '' })),
    ...not.map(([reason, text]) => ({ slug, isHelpful: false, reason, text })),
  ])
  const rows = JSON.stringify(said.map((vote, n) => ({ ...vote, voter: `demo-${n}`, hours: (n * 7) % (days * 24 - 24) })))
  await withTenant(tenant.ref, async (tx) => {
    await tx.$executeRaw`
      INSERT INTO kb_article_day (tenant_id, article_id, day, views, readings, seconds, copies, prints, choices, suggested, sent)
      SELECT tenant_id, id, day, views, views, views * (45 + h % 60), views / 9, views / 14, views / 3, views / 6, views / 16
      FROM (SELECT a.tenant_id, a.id, ${now}::date - n AS day, abs(hashtext(a.slug)::bigint) AS h,
          (abs(hashtext(a.slug)::bigint) % 17 + 1 + CASE WHEN a.is_featured THEN 20 ELSE 0 END) * (abs(hashtext(a.slug || n)::bigint) % 10 + 3) / 12
            / CASE WHEN extract(isodow FROM ${now}::date - n) > 5 THEN 2 ELSE 1 END AS views
        FROM kb_article a CROSS JOIN generate_series(0, ${days - 1}::int) n
        WHERE a.tenant_id = ${tenantId}::uuid AND a.published_n IS NOT NULL) d WHERE views > 0`
    await tx.$executeRaw`
      INSERT INTO kb_search_day (tenant_id, day, locale, query, searches, missed, choices)
      SELECT ${tenantId}::uuid, day, locale, query, searches, CASE WHEN "isFound" THEN 0 ELSE searches END,
        CASE WHEN "isFound" THEN ARRAY[searches * 3 / 5, searches / 6, searches / 9, searches / 12, 0, 0, 0, 0, 0, 0] ELSE array_fill(0, ARRAY[10]) END
      FROM (SELECT s.*, ${now}::date - n AS day, (abs(hashtext(s.query || n)::bigint) % (s.most + 1))::int AS searches
        FROM jsonb_to_recordset(${asked}::jsonb) AS s(locale text, query text, most int, "isFound" boolean)
        CROSS JOIN generate_series(0, ${days - 1}::int) n) d WHERE searches > 0`
    await tx.$executeRaw`
      INSERT INTO kb_vote (tenant_id, article_id, voter, is_helpful, reason, text, n, created_at, updated_at)
      SELECT a.tenant_id, a.id, v.voter, v."isHelpful", v.reason::"KbVoteReason", v.text, a.published_n, at, at
      FROM jsonb_to_recordset(${rows}::jsonb) AS v(slug text, "isHelpful" boolean, reason text, text text, voter text, hours int)
      CROSS JOIN LATERAL (SELECT ${now}::timestamptz - v.hours * interval '1 hour' AS at) t
      JOIN kb_article a ON a.tenant_id = ${tenantId}::uuid AND a.locale = ${tenant.locale} AND a.slug = v.slug AND a.published_n IS NOT NULL`
    await tx.kbSettings.updateMany({ where: { tenantId }, data: { hasComments: true } })
    const customers = await tx.person.findMany({
      where: { tenantId, role: 'customer' },
      orderBy: { id: 'asc' },
      select: { id: true },
      take: 3,
    })
    const articles = await tx.kbArticle.findMany({ where: { tenantId, locale: tenant.locale }, select: { id: true, slug: true } })
    for (const [n, { slug, text, status, hours }] of comments.entries()) {
      const articleId = articles.find((article) => article.slug === slug)?.id
      const personId = customers[n % customers.length]?.id
      const createdAt = new Date(now.getTime() - hours * 3_600_000)
      if (articleId && personId)
        await tx.kbComment.create({
          data: { tenantId, id: newId(), articleId, personId, text, status: status as 'approved' | 'pending', createdAt },
          select: { id: true },
        })
    }
  })
}
