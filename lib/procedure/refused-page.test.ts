import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { readRefusal } from '../core/refused'
import { answerPage, pageIsMissing, refusedPage } from './refused-page'

it('a page that was refused for a while is answered with 429 or 503 and when to come back; other faults stay 500', async () => {
  const server = createServer((request, response) =>
    answerPage(response, async () => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      const why = ({ '/refused': 'RATE_LIMITED', '/away': 'UNAVAILABLE' } as const)[request.url ?? '']
      const error: Error & { digest?: string } = why ? refusedPage({ why, seconds: 3 }) : new Error('a defect')
      if (request.url !== '/fine') response.statusCode = 500
      response.end(JSON.stringify(readRefusal(error.digest)))
    }),
  )
  await new Promise<void>((resolve) => server.listen(0, resolve))
  const at = (path: string) => fetch(`http://localhost:${(server.address() as AddressInfo).port}${path}`)
  const [refused, away, defect, fine] = await Promise.all(['/refused', '/away', '/defect', '/fine'].map(at))
  expect([refused?.status, refused?.headers.get('retry-after'), await refused?.text()]).toEqual([
    429,
    '3',
    '{"why":"RATE_LIMITED","seconds":3}',
  ])
  expect([away?.status, away?.headers.get('retry-after'), await away?.text()]).toEqual([503, '3', '{"why":"UNAVAILABLE","seconds":3}'])
  expect([defect?.status, defect?.headers.get('retry-after'), await defect?.text()]).toEqual([500, null, 'null'])
  expect(fine?.status).toBe(200)
  await new Promise((resolve) => server.close(resolve))
})

it('a page that says that it is missing is answered with 404; what the router asks for is not', async () => {
  const server = createServer((request, response) =>
    answerPage(response, async () => {
      response.setHeader('content-type', request.url === '/rsc' ? 'text/x-component' : 'text/html; charset=utf-8')
      if (request.url !== '/fine') pageIsMissing()
      response.end('said')
    }),
  )
  await new Promise<void>((resolve) => server.listen(0, resolve))
  const at = (path: string) => fetch(`http://localhost:${(server.address() as AddressInfo).port}${path}`)
  const answers = await Promise.all(['/missing', '/rsc', '/fine'].map(at))
  expect(await Promise.all(answers.map(async (answer) => [answer.status, await answer.text()]))).toEqual([
    [404, 'said'],
    [200, 'said'],
    [200, 'said'],
  ])
  await new Promise((resolve) => server.close(resolve))
})
