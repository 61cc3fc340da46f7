import { Body } from '@react-email/body'
import { Button } from '@react-email/button'
import { Container } from '@react-email/container'
import { Head } from '@react-email/head'
import { Html } from '@react-email/html'
import { Img } from '@react-email/img'
import { Section } from '@react-email/section'
import { readableOn, readableText } from '../core/contrast'

/** How a workspace looks in its mails. */
export interface Brand {
  name: string
  accent: string
  logoUrl: string | null
}

export type Direction = 'ltr' | 'rtl' | 'auto'

export interface MailItem {
  title: string
  text: string
  url: string
}

/** What stands below each other in a mail. */
export type MailPart =
  /** Rich text that went through an allow list; of what language it is and which way it runs, where that is not the mail's own. */
  | { html: string; lang?: string; dir?: Direction; isSignature?: boolean }
  /** What the mail asks to do. */
  | { action: { label: string; url: string } }
  | { items: MailItem[] }

export interface LaidOut {
  lang?: string | undefined
  dir: Direction
  /** None where a person writes, not the workspace. */
  brand: Brand | null
  parts: MailPart[]
  footer?: { text: string; url?: string } | undefined
}

// not-words: fonts
const font = 'system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif'
const plainAccent = '#0f766e'
// not-words: what mail programs are told of themes
const themes = 'light dark'
const colours = { text: '#1f2328', muted: '#59636e', line: '#d0d7de', page: '#ffffff' }

/** Mail programs that know it turn the colours around; others keep the light ones. The body's own are on a cell of it, for Outlook. */
const inTheDark = `@media (prefers-color-scheme:dark){.mail,.mail p,.mail li,.mail td{color:#e6edf3!important}.page,.page td{background-color:#0d1117!important}.muted,.mail .muted{color:#9198a1!important}.line{border-color:#3d444d!important}.mail a.link,.mail .words a{color:#79c0ff!important}}`

/** A mail as a document. What is rich text in it was made harmless before. */
export function MailLayout({ lang, dir, brand, parts, footer }: LaidOut) {
  const accent = brand?.accent ?? plainAccent
  const side = dir === 'rtl' ? 'right' : 'left'
  const written = { fontFamily: font, fontSize: '15px', lineHeight: '1.5', color: colours.text, textAlign: side } as const
  return (
    <Html {...(lang ? { lang } : {})} dir={dir}>
      <Head>
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="color-scheme" content={themes} />
        <meta name="supported-color-schemes" content={themes} />
        <style>{inTheDark}</style>
      </Head>
      <Body className="page" style={{ backgroundColor: colours.page, margin: 0, padding: '0 12px' }}>
        {/* Tables for Outlook, which knows no widths of anything else. */}
        <Container
          className="mail"
          dir={dir}
          style={{ ...written, maxWidth: '600px', ...(brand ? {} : { margin: side === 'left' ? '0 auto 0 0' : '0 0 0 auto' }) }}
        >
          {brand && (
            <Section style={{ borderTop: `4px solid ${accent}`, paddingTop: '16px' }}>
              {brand.logoUrl && <Img src={brand.logoUrl} alt={brand.name} height="40" style={{ height: '40px', maxWidth: '240px' }} />}
            </Section>
          )}
          {parts.map((part, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: written once
            <Part key={n} part={part} side={side} accent={accent} />
          ))}
          {footer && (
            <Section className="line" style={{ borderTop: `1px solid ${colours.line}`, marginTop: '24px', paddingTop: '8px' }}>
              <p className="muted" style={{ color: colours.muted, fontSize: '13px', margin: '8px 0' }}>
                {footer.text}
                {footer.url && (
                  <>
                    <br />
                    <Address url={footer.url} />
                  </>
                )}
              </p>
            </Section>
          )}
        </Container>
      </Body>
    </Html>
  )
}

function Part({ part, side, accent }: { part: MailPart; side: 'left' | 'right'; accent: string }) {
  if ('html' in part)
    return (
      <Section>
        <div
          className={part.isSignature ? 'signature' : 'words'}
          {...(part.lang ? { lang: part.lang } : {})}
          {...(part.dir ? { dir: part.dir } : {})}
          style={part.dir && part.dir !== 'auto' ? { textAlign: part.dir === 'rtl' ? 'right' : 'left' } : {}}
          // biome-ignore lint/security/noDangerouslySetInnerHtml: it went through the allow list
          dangerouslySetInnerHTML={{ __html: part.html }}
        />
      </Section>
    )
  if ('action' in part) {
    const { label, url } = part.action
    return (
      <Section style={{ margin: '20px 0' }}>
        <Button
          href={url}
          style={{ backgroundColor: accent, color: readableOn(accent), borderRadius: '6px', padding: '10px 18px', fontWeight: 600 }}
        >
          {label}
        </Button>
      </Section>
    )
  }
  return (
    <Section>
      {part.items.map(({ title, text, url }, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: written once
        <p key={n} className="line" style={sideLine(side)}>
          <a className="link" href={url} style={{ color: readableText(accent, colours.page) }}>
            <strong>{title}</strong>
          </a>
          {text && (
            <>
              <br />
              <Lines text={text} />
            </>
          )}
        </p>
      ))}
    </Section>
  )
}

// not-words: a border
const border = '3px solid #d0d7de'

/** Mail readers know no logical sides. */
const sideLine = (side: 'left' | 'right') => ({
  marginTop: 0,
  ...(side === 'left' ? { paddingLeft: '12px', borderLeft: border } : { paddingRight: '12px', borderRight: border }),
})

const Lines = ({ text }: { text: string }) =>
  text.split('\n').map((line, n) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: written once
    <span key={n}>
      {n > 0 && <br />}
      {line}
    </span>
  ))

const Address = ({ url }: { url: string }) => (
  <a className="link" href={url} dir="ltr" style={{ color: colours.muted }}>
    {url}
  </a>
)
