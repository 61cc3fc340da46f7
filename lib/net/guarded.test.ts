import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { env } from '../env'
import { ForbiddenAddressError, getGuarded, postGuarded, refusalOfUrl } from './guarded'

afterEach(() => {
  env().ALLOW_PRIVATE_HOSTS = 'off'
})

describe('an address that a tenant typed', () => {
  it.each([
    'http://example.com/', 'ftp://example.com', 'javascript:alert(1)', 'https://user:pass@example.com', 'https://localhost/', 'https://x.localhost',
    'https://127.0.0.1', 'https://2130706433/', 'https://0x7f.1/', 'https://10.1.2.3', 'https://169.254.169.254/latest/meta-data', 'https://[::1]/',
    'https://[::ffff:127.0.0.1]/', 'https://[fd00::1]/', 'https://[64:ff9b:1::1]', 'https://[64:ff9b::a00:1]', 'https://[fec0::1]', 'https://[2001::1]',
    'https://[::ffff:0:7f00:1]', 'https://[::7f00:1]', 'https://[2002:7f00:1::]', 'https://[2001:db8::1]', 'https://[ff02::1]', 'https://192.0.2.1',
    'https://100.64.0.1', 'https://0.0.0.0', 'https://[::]', 'https://198.18.0.1', 'https://255.255.255.255', 'https://203.0.113.9', 'https://224.0.0.1', 'https://metadata.google.internal', 'nonsense', '',
  ])('is refused when it is %s', (url) => {
    expect(refusalOfUrl(url)).toEqual(expect.any(String))
  }) // biome-ignore format: a list reads better than a column

  it.each(['https://hooks.slack.com/services/T/B/x', 'https://example.com:8443/a?b=c', 'https://8.8.8.8/'])('may be %s', (url) => {
    expect(refusalOfUrl(url)).toBeNull()
  })

  it('is refused when its name leads home at the moment of the call', async () => {
    // This machine's own name resolves to one of its own addresses.
    await expect(postGuarded('https://localhost.localdomain/', { headers: {}, body: '' })).rejects.toThrow()
    await expect(postGuarded('https://127.0.0.1/', { headers: {}, body: '' })).rejects.toThrow(ForbiddenAddressError)
  })

  it('gets what is sent, is not followed elsewhere, and is given up on when it does not answer', async () => {
    env().ALLOW_PRIVATE_HOSTS = 'on'
    const seen: string[] = []
    const server = createServer((request, response) => {
      seen.push(request.url ?? '')
      if (request.url === '/hang') return
      if (request.url === '/away') return response.writeHead(302, { location: '/secret' }).end()
      response.end('x'.repeat(10_000))
    })
    await new Promise<void>((resolve) => server.listen(0, resolve))
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    expect((await postGuarded(at, { headers: {}, body: 'hello' })).text).toHaveLength(2000)
    expect(await postGuarded(`${at}/away`, { headers: {}, body: '' })).toMatchObject({ status: 302 })
    expect(await getGuarded(at, { most: 10_000 })).toMatchObject({ bytes: Buffer.from('x'.repeat(10_000)) })
    expect(await getGuarded(at, { most: 9_999 })).toBeNull()
    expect(await getGuarded(`${at}/away`, { most: 10_000 })).toBeNull()
    await expect(postGuarded(`${at}/hang`, { headers: {}, body: '', timeoutMs: 200 })).rejects.toThrow('no answer')
    expect(seen).not.toContain('/secret')
    const rude = createTcpServer((socket) => {
      socket.on('error', () => {}) // it is hung up on
      socket.once('data', (head) => {
        const path = /^POST (\S+)/.exec(String(head))?.[1]
        if (path === '/other') socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n')
        if (path === '/half') socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf')
        if (path === '/bye') socket.end()
      })
    })
    await new Promise<void>((resolve) => rude.listen(0, resolve))
    const there = `http://127.0.0.1:${(rude.address() as AddressInfo).port}`
    for (const path of ['/other', '/half', '/bye', '/silent'])
      await expect(postGuarded(there + path, { headers: {}, body: '', timeoutMs: 300 }), path).rejects.toThrow()
    rude.close()
    server.closeAllConnections()
    server.close()
  })
})
