import { beforeAll, describe, expect, it, vi } from 'vitest'
import * as storage from '../files/storage'
import { openTestDatabase } from '../testing/database'
import { hostOf, makePerson, makeTenant, type TestPerson } from '../testing/factories'
import { handleRest } from '../wiring/rest'
import { connection, setConnection } from './connection'

openTestDatabase()

let host: string
let owner: TestPerson
beforeAll(async () => {
  const tenant = await makeTenant('full-disk')
  host = hostOf(tenant)
  owner = await makePerson(tenant, 'owner')
})

const noRoom = () => Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
const away = async (response: Response) => [
  response.status,
  response.headers.get('retry-after'),
  ((await response.json()) as { code: string }).code,
]

describe('a disk without room', () => {
  it('puts off a file that is uploaded, with 503 and when to come back', async () => {
    const upload = () => {
      const form = new FormData()
      form.append('file', new File(['x'], 'note.txt', { type: 'text/plain' }))
      return handleRest(new Request(`http://${host}/api/v1/files`, { method: 'POST', headers: { host, cookie: owner.cookie }, body: form }))
    }
    const put = vi.spyOn(storage.fileStorage(), 'put').mockRejectedValue(noRoom())
    expect(await away(await upload())).toEqual([503, '10', 'UNAVAILABLE'])
    put.mockRestore()
    expect((await upload()).status).toBe(201)
  })

  it('stops the embedded database before it breaks in the middle of a write', async () => {
    const open = await connection()
    setConnection({
      ...open,
      requireRoom: () => {
        throw noRoom()
      },
    })
    try {
      expect(await away(await owner.request('POST', '/ticket', { title: 'T', description: 'D' }))).toEqual([503, '10', 'UNAVAILABLE'])
    } finally {
      setConnection(open)
    }
    expect((await owner.request('POST', '/ticket', { title: 'T', description: 'D' })).status).toBe(201)
  })
})
