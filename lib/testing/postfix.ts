import { spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from './free-port'
import { hasPackage, idOf, isRoot, listening, type startDovecot } from './mail-servers'

const daemons = '/usr/lib/postfix/sbin'

/** It changes users for what it does, which only root can. */
export const hasPostfix = () => isRoot && hasPackage('postfix', `${daemons}/master`)

const services = [
  'pickup unix n - n 60 1 pickup',
  'cleanup unix n - n - 0 cleanup',
  'qmgr unix n - n 300 1 qmgr',
  'rewrite unix - - n - - trivial-rewrite',
  'bounce unix - - n - 0 bounce',
  'defer unix - - n - 0 bounce',
  'trace unix - - n - 0 bounce',
  'virtual unix - n n - - virtual',
  'error unix - - n - - error',
  'retry unix - - n - - error',
  'anvil unix - - n - 1 anvil',
  'postlog unix-dgram n - n - 1 postlogd',
]
const queues = 'active bounce corrupt defer deferred flush hold incoming private maildrop public saved trace pid'.split(' ')

/**
 * A Postfix of its own, in a folder of its own, that leaves mail in a Dovecot. Mail to an address of its domains that nobody has is
 * taken and comes back, as from a server that knows only later. The first address sends only where its password is given.
 */
export async function startPostfix(dovecot: Awaited<ReturnType<typeof startDovecot>>, addresses: [string, ...string[]]) {
  const folder = mkdtempSync(path.join(tmpdir(), 'baraza-smtp-'))
  const port = await freePort()
  const at = (...names: string[]) => path.join(folder, ...names)
  const [user, mailUser] = [idOf('-u', 'postfix'), idOf('-u', 'mail')]
  chmodSync(folder, 0o755)
  for (const name of ['etc', 'queue', 'data', ...queues.map((queue) => `queue/${queue}`)]) mkdirSync(at(name))
  for (const name of ['data', ...queues.filter((queue) => queue !== 'pid').map((queue) => `queue/${queue}`)])
    chownSync(at(name), user, idOf('-g', 'postfix'))
  chmodSync(at('queue', 'private'), 0o700)
  const domains = new Set(addresses.map((address) => address.split('@')[1]))
  const settings = {
    compatibility_level: '3.6',
    queue_directory: at('queue'),
    data_directory: at('data'),
    daemon_directory: daemons,
    command_directory: '/usr/sbin',
    maillog_file: at('log'),
    maillog_file_prefixes: folder,
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    myhostname: 'mx.test.example',
    mynetworks: '',
    mydestination: '',
    alias_maps: '',
    local_recipient_maps: '',
    virtual_mailbox_domains: [...domains].join(' '),
    virtual_mailbox_base: dovecot.home,
    virtual_mailbox_maps: `texthash:${at('etc', 'boxes')}`,
    virtual_uid_maps: `static:${mailUser}`,
    virtual_gid_maps: `static:${idOf('-g', 'mail')}`,
    virtual_minimum_uid: '1',
    smtpd_reject_unlisted_recipient: 'no',
    smtpd_relay_restrictions: 'reject_unauth_destination',
    smtpd_sasl_auth_enable: 'yes',
    smtpd_sasl_type: 'dovecot',
    smtpd_sasl_path: dovecot.saslSocket,
    smtpd_sender_login_maps: `texthash:${at('etc', 'logins')}`,
    smtpd_sender_restrictions: 'reject_sender_login_mismatch',
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`)
  writeFileSync(at('etc', 'main.cf'), `${lines.join('\n')}\n`)
  writeFileSync(at('etc', 'master.cf'), `${[`127.0.0.1:${port} inet n - n - - smtpd`, ...services].join('\n')}\n`)
  writeFileSync(at('etc', 'boxes'), addresses.map((address) => `${address} ${address}/Maildir/\n`).join(''))
  writeFileSync(at('etc', 'logins'), `${addresses[0]} ${addresses[0]}\n`)
  // In the foreground, so that it ends with the tests; a daemon would hold their pipes.
  const server = spawn(`${daemons}/master`, ['-c', at('etc'), '-d'], { stdio: 'ignore' })
  await listening(port)
  return {
    host: '127.0.0.1',
    port,
    async stop() {
      const ended = new Promise((resolve) => server.once('exit', resolve))
      server.kill()
      await ended
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    },
  }
}
