import { spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import { ImapFlow } from 'imapflow'
import { freePort } from './free-port'
import { startImapServer } from './imap-server'

const dovecot = '/usr/sbin/dovecot'
export const isRoot = userInfo().uid === 0

/**
 * A server of Debian's, installed when this machine can: as root in a checkout of CI. Nothing is tried twice in a run, and a machine
 * without it goes on with the servers in this process alone.
 */
export function hasPackage(name: string, binary: string): boolean {
  if (existsSync(binary)) return true
  const mark = path.join(tmpdir(), `baraza-no-${name}`)
  if (!isRoot || !existsSync('/usr/bin/apt-get') || existsSync(mark)) return false
  const options = ['-o', 'Acquire::Retries=0', '-o', 'Acquire::http::Timeout=10', '-o', 'DPkg::Lock::Timeout=60']
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', [...options, 'install', '-y', '--no-install-recommends', name], { timeout: 90_000, stdio: 'ignore', env })
  if (!existsSync(binary)) writeFileSync(mark, '')
  return existsSync(binary)
}

export const hasDovecot = () => hasPackage('dovecot-imapd', dovecot)

/** Dovecot tells times apart by their seconds. */
const nextSecond = () => new Promise((resolve) => setTimeout(resolve, 1010 - (Date.now() % 1000)))

export const idOf = (flag: '-u' | '-g', name: string) => Number(spawnSync('id', [flag, name]).stdout?.toString().trim())

const oauthPassdb = (folder: string) => `passdb {
      driver = oauth2
      mechanisms = xoauth2 oauthbearer
      args = ${folder}/oauth2.conf
    }`

/**
 * A Dovecot of its own, in a folder of its own, on a port of its own.
 * @param tokenUrl where it asks whose an access token is; the token is put behind it
 */
export async function startDovecot({ tokenUrl = '' } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'baraza-imap-'))
  const port = await freePort()
  const { username } = userInfo()
  const mailUser = isRoot ? 'mail' : username
  const config = `
    base_dir = ${folder}/run
    state_dir = ${folder}/run
    log_path = ${folder}/log
    protocols = imap
    listen = 127.0.0.1
    default_login_user = ${isRoot ? 'dovenull' : username}
    default_internal_user = ${isRoot ? 'dovecot' : username}
    default_internal_group = ${isRoot ? 'dovecot' : spawnSync('id', ['-gn']).stdout.toString().trim()}
    first_valid_uid = 1
    ssl = no
    disable_plaintext_auth = no
    auth_failure_delay = 0
    mail_max_userip_connections = 50
    mail_location = maildir:%h/Maildir
    auth_mechanisms = plain login ${tokenUrl ? 'xoauth2 oauthbearer' : ''}
    ${tokenUrl && oauthPassdb(folder)}
    passdb {
      driver = passwd-file
      mechanisms = plain login
      args = scheme=PLAIN username_format=%u ${folder}/users/%u
    }
    userdb {
      driver = static
      args = uid=${mailUser} gid=${mailUser} home=${folder}/home/%u
    }
    service imap-login {
      chroot =
      inet_listener imap {
        port = ${port}
      }
      inet_listener imaps {
        port = 0
      }
    }
    service auth {
      unix_listener ${folder}/run/smtp {
        mode = 0666
      }
    }
    service anvil {
      chroot =
      # Else each wrong password makes the next answer slower.
      unix_listener anvil-auth-penalty {
        mode = 0
      }
    }
    namespace inbox {
      inbox = yes
      separator = /
    }
  `
  writeFileSync(path.join(folder, 'dovecot.conf'), config)
  if (tokenUrl) writeFileSync(path.join(folder, 'oauth2.conf'), `tokeninfo_url = ${tokenUrl}\nusername_attribute = email\n`)
  mkdirSync(path.join(folder, 'users'))
  mkdirSync(path.join(folder, 'home'))
  mkdirSync(path.join(folder, 'run'))
  spawnSync('chmod', ['755', folder])
  if (isRoot) chownSync(path.join(folder, 'home'), idOf('-u', 'mail'), idOf('-g', 'mail'))
  // In the foreground, so that it ends with the tests; a daemon would hold their pipes.
  const server = spawn(dovecot, ['-F', '-c', path.join(folder, 'dovecot.conf')], { stdio: 'ignore' })
  await listening(port)
  const passwords = new Map<string, string>()

  async function asClient<T>(user: string, use: (client: ImapFlow) => Promise<T>): Promise<T> {
    const auth = { user, pass: passwords.get(user) ?? '' }
    const client = new ImapFlow({ host: '127.0.0.1', port, secure: false, doSTARTTLS: false, auth, logger: false })
    client.on('error', () => {})
    await client.connect()
    try {
      return await use(client)
    } finally {
      await client.logout().catch(() => {})
    }
  }

  return {
    kind: 'Dovecot' as const,
    /** Where another server leaves mail for it, in a folder for each user. */
    home: path.join(folder, 'home'),
    /** Where another server asks it whether a password is right. */
    saslSocket: path.join(folder, 'run', 'smtp'),
    host: '127.0.0.1',
    port,
    async addUser(user: string, password: string) {
      const isChange = passwords.has(user)
      passwords.set(user, password)
      writeFileSync(path.join(folder, 'users', user), `${user}:{PLAIN}${password}\n`)
      // It looks once a second whether the file is another.
      if (isChange) await nextSecond()
    },
    async deliver(user: string, raw: string | Buffer, { folder: at = 'INBOX', cameAt = new Date() } = {}) {
      await asClient(user, async (client) => {
        if (at !== 'INBOX') await client.mailboxCreate(at).catch(() => {})
        await client.append(at, Buffer.from(raw), [], cameAt)
      })
    },
    /** What is in the inbox, the oldest first. */
    read: (user: string) =>
      asClient(user, async (client) => {
        await client.mailboxOpen('INBOX', { readOnly: true })
        const all = await client.fetchAll('1:*', { source: true, envelope: true })
        return all.map(({ source, envelope }) => ({ raw: source?.toString() ?? '', id: envelope?.messageId ?? '', envelope }))
      }),
    /** How the server joins what is in a folder into threads (RFC 5256): for each thread the subjects in it. */
    threads: (user: string) =>
      asClient(user, async (client) => {
        await client.mailboxOpen('INBOX', { readOnly: true })
        const subjects = new Map<string, string>()
        for await (const { seq, envelope } of client.fetch('1:*', { envelope: true })) subjects.set(String(seq), envelope?.subject ?? '')
        const said = await ask(port, [`LOGIN ${user} ${passwords.get(user)}`, 'EXAMINE INBOX', 'THREAD REFERENCES UTF-8 ALL', 'LOGOUT'])
        return topThreads(/^\* THREAD (.*)$/m.exec(said)?.[1] ?? '').map((numbers) => numbers.map((number) => subjects.get(number) ?? ''))
      }),
    /** The same messages under other numbers, as after a server moved: the folder's own list of them is gone. */
    async renumber(user: string) {
      const maildir = path.join(folder, 'home', user, 'Maildir')
      for (const name of ['dovecot-uidlist', 'dovecot.index', 'dovecot.index.log', 'dovecot.index.cache', 'dovecot-uidvalidity'])
        rmSync(path.join(maildir, name), { force: true })
      // The next one is made of the time, in seconds.
      await nextSecond()
    },
    async stop() {
      const ended = new Promise((resolve) => server.once('exit', resolve))
      server.kill()
      await ended
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    },
  }
}

/** The messages of each thread: `(1 (2)(3))(4)` is one of three and one of one. */
function topThreads(said: string): string[][] {
  const threads: string[][] = []
  let depth = 0
  for (const [token] of said.matchAll(/[()]|\d+/g)) {
    if (token === '(' && depth++ === 0) threads.push([])
    else if (token === ')') depth--
    else if (token !== '(') threads.at(-1)?.push(token)
  }
  return threads
}

/** Says IMAP commands one after another. @returns all that the server said */
const ask = (port: number, commands: string[]) =>
  new Promise<string>((resolve, reject) => {
    let said = ''
    const socket = connect(port, '127.0.0.1')
    socket.on('data', (chunk) => {
      said += chunk
      if (!/^(?:\* OK|\d+ )[^\n]*\n$/m.test(said.slice(said.lastIndexOf('\n', said.length - 2) + 1))) return
      const next = commands.shift()
      if (next) socket.write(`${commands.length} ${next}\r\n`)
    })
    socket.on('error', reject).on('close', () => resolve(said))
  })

export async function listening(port: number) {
  for (let attempt = 0; attempt < 100; attempt++) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
    if (isThere) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`nothing listens on port ${port}`)
}

/** The servers that a test of fetching runs against: the one in this process, and Dovecot where it can be had. */
export const imapServers = () => [
  { name: 'a server in this process', start: startImapServer },
  ...(hasDovecot() ? [{ name: 'Dovecot', start: startDovecot }] : []),
]
