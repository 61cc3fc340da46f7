import chromium from '@sparticuz/chromium'
import { type Browser, type Page, chromium as playwright } from 'playwright-core'

/** The package is made for one page in one process that draws in three dimensions; here several hosts are open at once, flat. */
const unwanted = /^--(single-process|no-zygote|in-process-gpu|use-gl|use-angle|enable-unsafe-swiftshader|ignore-gpu-blocklist)/

export const openBrowser = async (): Promise<Browser> =>
  playwright.launch({
    executablePath: await chromium.executablePath(),
    args: [...chromium.args.filter((arg) => !unwanted.test(arg)), '--no-sandbox', '--disable-gpu', '--disable-software-rasterizer'],
    headless: true,
  })

/** Bytes of script that a page has loaded until now, as they came: packed, without their headers. */
export const scriptBytes = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const loaded = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
    const scripts = new Map(
      loaded.filter(({ name }) => /\.js(\?|$)/.test(name)).map(({ name, encodedBodySize }) => [name, encodedBodySize]),
    )
    return [...scripts.values()].reduce((sum, size) => sum + size, 0)
  })
