import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { secondsToWait } from '../core/refused'
import { answerPage, refusedPage } from './refused-page'

it('a page that the rate limit refused is answered with 429 and when to come back; other faults stay 500', async () => {
  const server = createServer((request, response) =>
    answerPage(response, async () => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      const error: Error & { digest?: string } = request.url === '/refused' ? refusedPage(3) : new Error('a defect')
      if (request.url !== '/fine') response.statusCode = 500
      response.end(String(secondsToWait(error.digest)))
    }),
  )
  await new Promise<void>((resolve) => server.listen(0, resolve))
  const at = (path: string) => fetch(`http://localhost:${(server.address() as AddressInfo).port}${path}`)
  const [refused, defect, fine] = await Promise.all(['/refused', '/defect', '/fine'].map(at))
  expect([refused?.status, refused?.headers.get('retry-after'), await refused?.text()]).toEqual([429, '3', '3'])
  expect([defect?.status, defect?.headers.get('retry-after'), await defect?.text()]).toEqual([500, null, 'null'])
  expect(fine?.status).toBe(200)
  await new Promise((resolve) => server.close(resolve))
})
