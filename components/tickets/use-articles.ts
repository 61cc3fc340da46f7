import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { api } from '@/lib/wiring/client'

const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
const longestPassage = 800
const longestHint = 70

const shortened = (text: string, most: number) => (text.length > most ? `${text.slice(0, text.lastIndexOf(' ', most))}…` : text)

/** Finds articles for a message: each as a link, and as the passage that answers with the link below. */
export function useFindArticles() {
  const t = useTranslations('tickets.composer.articles')
  return async (query: string) => {
    const { items } = await api.kb.suggestAnswers({ query, isTyping: true })
    return items.flatMap(({ id, title, address, readers, passage: { text, anchor } }) => {
      const link = (to: string) => `<a href="${escaped(to)}">${escaped(title)}</a>`
      const paragraphs = shortened(text, longestPassage)
        .split(/\n+/)
        .map((line) => `<p>${escaped(line)}</p>`)
        .join('')
      const whole = `${paragraphs}<p>${link(anchor ? `${address}#${anchor}` : address)}</p>`
      return [
        { id: `link:${id}`, name: title, hint: t(`link.${readers}`), html: link(address) },
        {
          id: `text:${id}`,
          name: shortened(text.replace(/\s+/g, ' '), longestHint),
          hint: t(`passage.${readers}`),
          preview: whole,
          html: whole,
        },
      ]
    })
  }
}

const waitMs = 400

const nothing: string[] = []

/** Titles of articles that a text for a customer links to, and that customers can't read, empty for what leads nowhere; null until that is known. */
export function useHiddenLinks(html: string, isForCustomer: boolean): string[] | null {
  const [known, setKnown] = useState({ links: '', hidden: nothing })
  const links = isForCustomer
    ? [...new Set([...html.matchAll(/href="([^"]*\/kb\/[^"]*)"/g)].map(([, href]) => href as string))].join('\n')
    : ''
  useEffect(() => {
    if (links === '') return
    let isOver = false
    const timer = setTimeout(() => {
      const addresses = links.split('\n').map((href) => href.replaceAll('&amp;', '&'))
      api.kb.checkLinks({ addresses }).then(
        ({ items }) => !isOver && setKnown({ links, hidden: [...new Set(items.map(({ title }) => title ?? ''))] }),
        () => !isOver && setKnown({ links, hidden: nothing }), // nothing goes out either where the server can't be reached
      )
    }, waitMs)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [links])
  if (links === '') return nothing
  return known.links === links ? known.hidden : null
}
