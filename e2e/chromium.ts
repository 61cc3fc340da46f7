import chromium from '@sparticuz/chromium'
import { type Browser, type Page, chromium as playwright } from 'playwright-core'

/** The package is made for one page in one process that draws in three dimensions; here several hosts are open at once, flat. */
const unwanted = /^--(single-process|no-zygote|in-process-gpu|use-gl|use-angle|enable-unsafe-swiftshader|ignore-gpu-blocklist)/

export const flagsOfBrowser = () => [
  ...chromium.args.filter((arg) => !unwanted.test(arg)),
  '--no-sandbox',
  '--disable-gpu',
  '--disable-software-rasterizer',
]

export const openBrowser = async (): Promise<Browser> =>
  playwright.launch({
    executablePath: await chromium.executablePath(),
    args: flagsOfBrowser(),
    headless: true,
  })

/** Counts the bytes of script that a page loads from now on, as they come: packed, without their headers. */
export async function countScript(page: Page): Promise<() => number> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  const bytes = new Map<string, number>()
  session.on('Network.responseReceived', ({ requestId, response }) => {
    if (/javascript/.test(response.mimeType)) bytes.set(requestId, 0)
  })
  session.on('Network.dataReceived', ({ requestId, encodedDataLength }) => {
    const until = bytes.get(requestId)
    if (until !== undefined) bytes.set(requestId, until + encodedDataLength)
  })
  return () => [...bytes.values()].reduce((sum, size) => sum + size, 0)
}
