import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drainBackground } from '../core/background'
import { forgetAllHosts, type ResolvedTenant } from '../tenancy/resolve'
import { makePerson, makeTenant, type TestPerson } from '../testing/factories'
import { openTestPostgres } from '../testing/postgres'
import { checkHealth } from '../wiring/health'
import { handleRpc } from '../wiring/rest'
import { connection, setConnection } from './connection'
import { outageOf, unlessOutage } from './outage'
import { openPostgres } from './postgres'
import { withPlatform } from './scope'

const { ownerUrl } = openTestPostgres()

let tenant: ResolvedTenant
let owner: TestPerson
beforeAll(async () => {
  tenant = await makeTenant('outage')
  owner = await makePerson(tenant, 'owner')
})

/** What a client sees of an answer. */
const told = async (response: Response) => {
  const { code } = JSON.parse(await response.text()) as { code?: string }
  return { status: response.status, retryAfter: response.headers.get('retry-after'), code }
}
const away = { status: 503, retryAfter: '10', code: 'UNAVAILABLE' }
const rpc = (procedure: string) => {
  const headers = { host: `${tenant.ref.slug}.localhost`, cookie: owner.cookie, 'content-type': 'application/json' }
  return handleRpc(new Request(`http://${headers.host}/api/rpc/${procedure}`, { method: 'POST', headers, body: '{}' }))
}

/** A disk of so many megabytes, where this process may make one; the tests that need it are skipped elsewhere. */
const disks: string[] = []
function smallDisk(megabytes: number): string | null {
  const folder = mkdtempSync(path.join(tmpdir(), 'baraza-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    rmSync(folder, { recursive: true })
    return null
  }
  disks.push(folder)
  return folder
}
afterAll(() => {
  for (const folder of disks) {
    execFileSync('umount', ['-l', folder])
    rmSync(folder, { recursive: true, force: true })
  }
})

describe('a database that is away', () => {
  it('is answered with 503 and when to come back, by every caller, and all goes on when it is there again', async () => {
    await drainBackground()
    const open = await connection()
    const dead = openPostgres('postgres://nobody@127.0.0.1:1/nothing', 1)
    setConnection({ kind: 'postgres', pool: dead, close: () => dead.end() })
    forgetAllHosts()
    try {
      expect(await told(await owner.request('GET', '/ticket'))).toEqual(away)
      expect(await told(await owner.request('POST', '/ticket', { title: 'T', description: 'D' }))).toEqual(away)
      expect((await rpc('account/profile')).status).toBe(503)
      const outside = await unlessOutage(async () => Response.json(await withPlatform((tx) => tx.tenant.count())))
      expect([outside.status, outside.headers.get('retry-after')]).toEqual([503, '10'])
      const health = await checkHealth()
      expect([health.status, await health.json()]).toEqual([
        503,
        { status: 'failing', checks: { database: { status: 'failing' }, disk: { status: 'ok', milliseconds: expect.any(Number) } } },
      ])
    } finally {
      setConnection(open)
      forgetAllHosts()
      await dead.end()
    }
    expect((await owner.request('GET', '/ticket')).status).toBe(200)
    expect((await checkHealth()).status).toBe(200)
  })

  it('is away too when it ends in the middle of a request', async () => {
    const admin = openPostgres(ownerUrl(), 1)
    const failed = await withPlatform(async (tx) => {
      const rows = (await tx.$queryRaw`SELECT pg_backend_pid() AS pid`) as { pid: number }[]
      await admin.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid])
      await new Promise((resolve) => setTimeout(resolve, 100))
      await tx.$queryRaw`SELECT 1`
    }).catch((error: unknown) => error)
    await admin.end()
    expect(outageOf(failed)).toBe('database')
    expect((await owner.request('GET', '/ticket')).status).toBe(200)
  })

  it('is no excuse for a defect', () => {
    for (const error of [new Error('x'), new TypeError('no'), Object.assign(new Error('dup'), { code: '23505' }), null, 'ECONNREFUSED'])
      expect(outageOf(error)).toBeNull()
    expect(outageOf({ cause: { errors: [{ code: 'ECONNREFUSED' }] } })).toBe('database')
  })
})

describe('a full disk', () => {
  it('of the database refuses what is written with 503, and reading goes on', async (context) => {
    const folder = smallDisk(1)
    if (!folder) return context.skip()
    const space = path.join(folder, 'space')
    mkdirSync(space)
    for (const shared of [folder, space]) chmodSync(shared, 0o777)
    execFileSync('chown', ['postgres', space])
    await drainBackground()
    const admin = openPostgres(ownerUrl(), 1)
    await admin.query(`CREATE TABLESPACE small LOCATION '${space}'`)
    await admin.query('ALTER TABLE desk.canned_response SET TABLESPACE small')
    const noise = () => Array.from({ length: 3000 }, () => Math.random().toString(36).slice(2, 10)).join(' ')
    const write = (name: string, bodyHtml = `<p>${noise()}</p>`) => owner.request('POST', '/canned-responses', { name, bodyHtml })
    try {
      let answer = await write('Response')
      for (let n = 0; answer.status === 201 && n < 400; n++) answer = await write(`Response ${n}`)
      expect(await told(answer)).toEqual(away)
      expect((await owner.request('GET', '/ticket')).status).toBe(200)
    } finally {
      await drainBackground()
      await admin.query('ALTER TABLE desk.canned_response SET TABLESPACE pg_default')
      await admin.query('DROP TABLESPACE small')
      await admin.end()
    }
    expect((await write('There is room again')).status).toBe(201)
  })

  it('under the data folder is noticed by the health report, which leaves nothing behind', async (context) => {
    const folder = smallDisk(64)
    if (!folder) return context.skip()
    expect((await checkHealth(folder)).status).toBe(200)
    writeFileSync(path.join(folder, 'filler'), Buffer.alloc(63 * 1024 * 1024))
    await new Promise((resolve) => setTimeout(resolve, 1100))
    const full = await checkHealth(folder)
    expect([full.status, full.headers.get('retry-after'), await full.json()]).toEqual([
      503,
      '10',
      { status: 'failing', checks: { database: { status: 'ok', milliseconds: expect.any(Number) }, disk: { status: 'failing' } } },
    ])
    rmSync(path.join(folder, 'filler'))
    await new Promise((resolve) => setTimeout(resolve, 1100))
    expect((await checkHealth(folder)).status).toBe(200)
    expect(execFileSync('ls', [folder], { encoding: 'utf8' })).toBe('')
  })
})
