import { headers } from 'next/headers'

/** Structured data for search engines. Nothing that it says can end the element. */
export async function JsonLd({ data }: { data: object }) {
  const nonce = /'nonce-([^']+)'/.exec((await headers()).get('content-security-policy') ?? '')?.[1]
  // biome-ignore lint/security/noDangerouslySetInnerHtml: JSON whose characters can't end the element
  return <script type="application/ld+json" nonce={nonce} dangerouslySetInnerHTML={{ __html: scriptSafe(data) }} />
}

export const scriptSafe = (data: object): string =>
  JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
