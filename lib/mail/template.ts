import { plainTwinOf } from '../core/html'
import type { LaidOut } from './layout'

/** What stands between a message and what is added below it: mail programs know the line of two dashes. */
const belowLine = '-- '

/** The two twins of a mail: plain text, and a document with the same words. */
export async function mailBodies(mail: LaidOut): Promise<{ text: string; html: string }> {
  // The first mail of a process loads it, not its start.
  const [{ render }, { MailLayout }] = await Promise.all([import('@react-email/render'), import('./layout')])
  return { text: plainText(mail), html: await render(MailLayout(mail)) }
}

function plainText({ parts, footer }: LaidOut): string {
  const above: string[] = []
  const below: string[] = []
  for (const part of parts) {
    if ('action' in part) above.push(`${part.action.label}\n${part.action.url}`)
    else if ('items' in part) above.push(...part.items.map(({ title, text, url }) => [title, ...(text ? [text] : []), url].join('\n')))
    else (part.isSignature ? below : above).push(plainTwinOf(part.html))
  }
  if (footer) below.push([footer.text, ...(footer.url ? [footer.url] : [])].join('\n'))
  const written = (texts: string[]) => texts.filter(Boolean).join('\n\n')
  const [said, added] = [written(above), written(below)]
  return `${added ? `${said}\n\n${belowLine}\n${added}` : said}\n`
}

const rightToLeft = /\p{Script=Arab}|\p{Script=Hebr}|\p{Script=Syrc}|\p{Script=Thaa}|\p{Script=Nkoo}|\p{Script=Adlm}/u

/** Which way a text runs, by its first letter: some mail programs do not look themselves. */
export const directionOfText = (text: string): 'ltr' | 'rtl' => (rightToLeft.test(/\p{L}/u.exec(text)?.[0] ?? '') ? 'rtl' : 'ltr')
