import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Worker } from 'node:worker_threads'
import { drainable } from '../lib/net/drain'
import { hostOf, makePerson, makeTenant, makeTicket } from '../lib/testing/factories'
import { handleRest } from '../lib/wiring/rest'

/**
 * A workspace whose people do nothing but read, asked for by a thread of its own while another has this process work. To be loaded
 * when the database is up to date.
 */
export async function startQuiet() {
  const tenant = await makeTenant('quiet')
  const people = await Promise.all(Array.from({ length: 10 }, () => makePerson(tenant, 'agent')))
  const tickets: string[] = []
  for (let n = 0; n < 20; n++) tickets.push((await makeTicket(tenant)).id)
  const web = createServer(async (incoming, outgoing) => {
    const response = await handleRest(
      new Request(`http://${incoming.headers.host}${incoming.url}`, { headers: incoming.headers as Record<string, string> }),
    )
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    outgoing.end(Buffer.from(await response.arrayBuffer()))
  })
  drainable(web)
  await new Promise<void>((resolve) => web.listen(0, resolve))
  let times: number[] = []
  const asker = new Worker(new URL('./asker.ts', import.meta.url), {
    execArgv: ['--import', 'tsx'],
    workerData: {
      port: (web.address() as AddressInfo).port,
      host: hostOf(tenant),
      cookies: people.map(({ cookie }) => cookie),
      paths: ['/api/v1/ticket', ...tickets.slice(0, 3).map((id) => `/api/v1/ticket/${id}`)],
      everyMs: 100,
    },
  })
  asker.on('message', ({ ms, status }: { ms: number; status: number }) => {
    if (status !== 200) console.error(`the quiet workspace was answered ${status}`)
    times.push(ms)
  })
  return {
    tenant,
    /** How long its requests took since this was called last, in milliseconds, the shortest first. */
    take() {
      const taken = times.toSorted((a, b) => a - b)
      times = []
      return taken
    },
    stop: () => asker.terminate(),
  }
}

/** The time within which a share of them was answered. */
export const at = (sorted: number[], share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
