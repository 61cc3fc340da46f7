import { readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resourceCatalog } from '@trigger.dev/core/v3'
import { StandardResourceCatalog } from '@trigger.dev/core/v3/workers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { env } from '../env'
import { provisionTenantJob } from '../platform/jobs'
import { jobs } from '../wiring/jobs'
import type { Job } from './define'
import { jobRunner } from './runner'

interface Recorded {
  method?: string
  url?: string
  authorization?: string
  body: string
}
const recorded: Recorded[] = []
// Stands where Trigger.dev's own service would: the official SDK talks to it.
const recorder = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk) => (body += chunk))
  request.on('end', () => {
    recorded.push({ method: request.method, url: request.url, authorization: request.headers.authorization, body })
    response.setHeader('content-type', 'application/json')
    const isBatch = request.url === '/api/v3/batches'
    const answer = isBatch
      ? { id: 'batch_1', runCount: 2, isCached: false }
      : { id: 'run_1', itemsAccepted: 2, itemsDeduplicated: 0, sealed: true }
    response.end(JSON.stringify(answer))
  })
})
beforeAll(async () => {
  await new Promise<void>((resolve) => recorder.listen(0, resolve))
  env().TRIGGER_SECRET_KEY = 'tr_dev_secret'
  env().TRIGGER_API_URL = `http://127.0.0.1:${(recorder.address() as AddressInfo).port}`
})
afterAll(() => {
  env().TRIGGER_SECRET_KEY = undefined
  recorder.close()
})
beforeEach(() => recorded.splice(0))

const run = (id: string, given = {}) => ({
  id,
  job: provisionTenantJob as Job,
  tenantId: 'tenant-1',
  dueAt: new Date(0),
  attempt: 0,
  ...given,
})

describe('the bridge to Trigger.dev', () => {
  it('triggers the task of the job, on behalf of its tenant, once per run', async () => {
    expect(jobRunner().name).toBe('Trigger.dev')
    await jobRunner().send([run('job-1')])
    expect(recorded).toMatchObject([
      { method: 'POST', url: '/api/v1/tasks/tenant.provision/trigger', authorization: 'Bearer tr_dev_secret' },
    ])
    const { payload, options } = JSON.parse(recorded[0]?.body ?? '')
    expect(JSON.parse(payload).json).toEqual({ id: 'job-1' })
    expect(options).toMatchObject({ concurrencyKey: 'tenant-1', priority: 600, tags: ['tenant:tenant-1'] })
    expect(options.delay).toBeUndefined()
    await jobRunner().send([run('job-1')])
    await jobRunner().send([run('job-1', { attempt: 1 })])
    const keys = recorded.map(({ body }) => JSON.parse(body).options.idempotencyKey)
    expect(keys[0]).toBeTruthy()
    expect(keys[1]).toBe(keys[0])
    expect(keys[2]).not.toBe(keys[0])
  })

  it('leaves what is due later to wait there', async () => {
    const dueAt = new Date(Date.now() + 3600_000)
    await jobRunner().send([run('job-2', { dueAt })])
    expect(new Date(JSON.parse(recorded[0]?.body ?? '').options.delay).getTime()).toBe(dueAt.getTime())
  })

  it('hands over many of one job as a batch', async () => {
    await jobRunner().send([run('job-3'), run('job-4')])
    expect(recorded.map(({ url }) => url)).toEqual(['/api/v3/batches', '/api/v3/batches/batch_1/items'])
    const items = (recorded[1]?.body ?? '')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(items.map(({ task, payload }) => [task, JSON.parse(payload).json])).toEqual([
      ['tenant.provision', { id: 'job-3' }],
      ['tenant.provision', { id: 'job-4' }],
    ])
  })
})

describe('every job', () => {
  it('has its shell in trigger/, and every scheduled one its schedule', async () => {
    // The catalogue that Trigger.dev's own build reads.
    const catalog = new StandardResourceCatalog()
    resourceCatalog.setGlobalResourceCatalog(catalog)
    for (const file of readdirSync('trigger')) {
      catalog.setCurrentFileContext(file, file)
      await import(`../../trigger/${file.replace(/\.ts$/, '')}.ts`)
    }
    const shells = catalog.listTaskManifests().map(({ id, schedule, retry }) => [id, schedule?.cron, retry?.maxAttempts])
    expect(shells.sort()).toEqual(jobs.map(({ id, schedule, retries }) => [id, schedule, retries + 1]).sort())
  })
})
