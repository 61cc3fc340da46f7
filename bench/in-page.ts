import type { Page } from 'playwright-core'

/** What the benchmark keeps in a page's `window`. */
interface Watched {
  shown: Promise<number>
  usable: Promise<number>
  longest: number
}

/** What is on the screen: an element that is drawn, not one that is kept beside it. */
const seen = `
  const seen = (selector, says = '') => [...document.querySelectorAll(selector)].find(
    (element) => element.checkVisibility({ visibilityProperty: true }) && element.textContent.includes(says))
  const row = (id) => document.querySelector('a[data-row][href$="' + id + '"]')
`

/** Waits in the page for `condition`, an expression; the time runs from the key that is pressed next until the frame that shows it. */
async function watch(page: Page, condition: string) {
  await page.evaluate(`(() => {
    ${seen}
    window.shown = new Promise((resolve) => {
      let begun
      window.addEventListener('keydown', (event) => { begun = event.timeStamp }, { capture: true, once: true })
      const observer = new MutationObserver(look)
      observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
      function look() {
        if (begun === undefined || !(${condition})) return
        observer.disconnect()
        requestAnimationFrame((at) => resolve(Math.max(at, performance.now()) - begun))
      }
    })
  })()`)
}

/** Fails with what did not come about within half a minute. */
const soon = <T>(coming: Promise<T>, otherwise: string): Promise<T> =>
  Promise.race([coming, new Promise<never>((_, reject) => setTimeout(reject, 30_000, new Error(otherwise)).unref())])

/** Milliseconds from a key until the frame in which `condition` holds. */
export async function timeOf(page: Page, key: string, condition: string): Promise<number> {
  await watch(page, condition)
  await page.keyboard.press(key)
  return soon(
    page.evaluate(() => (window as unknown as Watched).shown),
    `${key} never led to ${condition}`,
  )
}

/** The same for two things that one key brings, in the order in which they come. */
export async function timesOf(page: Page, key: string, first: string, second: string): Promise<[number, number]> {
  await watch(page, second)
  await page.evaluate('void (window.later = window.shown)') // what it is is waited for below
  const one = await timeOf(page, key, first)
  return [one, await page.evaluate<number>('window.later')]
}

/**
 * Before a page is opened: from its beginning a key is pressed every 20 ms until `condition` holds, as only a page that has its code
 * hears it; and the longest task is noted.
 */
export async function watchOpening(page: Page, key: string, condition: string) {
  await page.addInitScript(`{
    ${seen}
    window.longest = 0
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration)
    }).observe({ type: 'longtask', buffered: true })
    window.usable = new Promise((resolve) => {
      const timer = setInterval(() => {
        if (!document.body) return
        if (${condition}) {
          clearInterval(timer)
          return requestAnimationFrame(() => resolve(performance.now()))
        }
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key: ${JSON.stringify(key)}, bubbles: true, cancelable: true }))
      }, 20)
    })
  }`)
}

/** When a page that was opened could be used, and how long it was deaf at most, in milliseconds. */
export const opened = async (page: Page) => ({
  usable: await soon(
    page.evaluate(() => (window as unknown as Watched).usable),
    `${page.url()} never heard a key`,
  ),
  longest: await page.evaluate(() => (window as unknown as Watched).longest),
})

export const isSeen = (selector: string, says = '') => `seen(${JSON.stringify(selector)}, ${JSON.stringify(says)})`
