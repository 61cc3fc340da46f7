import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** A message of a test mailbox. */
interface Held {
  uid: number
  raw: Buffer
  cameAt: Date
  flags: Set<string>
}

interface HeldFolder {
  uidValidity: number
  uidNext: number
  messages: Held[]
}

/** How the server misbehaves; all of it can be changed while it runs. */
export interface Faults {
  /** Says this instead of a greeting; empty for silence. */
  greeting?: string
  /** Signs nobody in, with this answer. */
  refuses?: string
  /** Signs in whom it says, by a password or a token. */
  admits?: (user: string, secret: string) => boolean
  /** Commands after which nothing is said any more, such as `SEARCH`. */
  stallsAt?: string
  /** Commands that are answered with this, such as what is no IMAP. */
  answers?: { command: string; with: string }
  /** Answers a command with this over and over, whatever it was asked, until the connection is closed. */
  floods?: { command: string; with: (n: number) => string }
  /** Messages that are listed and not handed out: how it says no, or that it hangs up. */
  withholds?: Map<number, 'no' | 'empty' | 'hangs up' | 'stalls'>
  /** Does not say that it can IDLE. */
  withoutIdle?: boolean
  /** Ends an IDLE at once: by its answer, or by hanging up. */
  endsIdle?: 'answers' | 'hangs up'
  /** Says in an IDLE that something came in, where nothing did: so often, in milliseconds. */
  ringsForNothing?: number
  /** Gets each command that comes. */
  log?: string[]
}

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (n: number) => String(n).padStart(2, '0')
const imapDate = (at: Date) =>
  `${two(at.getUTCDate())}-${monthNames[at.getUTCMonth()]}-${at.getUTCFullYear()} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`

/**
 * An IMAP server in this process, of which a test says how it fails. It knows the commands that imapflow sends to fetch mail; what
 * a real server says to them is asked of Dovecot.
 */
export async function startImapServer() {
  const accounts = new Map<string, { password: string; folders: Map<string, HeldFolder> }>()
  const faults: Faults = {}
  const sockets = new Set<Socket>()
  const idling = new Set<() => void>()
  let flooded = 0
  const server: Server = createServer((socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => {}))
    serve(socket)
  })

  function serve(socket: Socket) {
    let user = ''
    let selected: HeldFolder | null = null
    let buffer = Buffer.alloc(0)
    let waiting: ((line: string) => void) | null = null
    const say = (text: string | Buffer) => void (socket.writable && socket.write(typeof text === 'string' ? `${text}\r\n` : text))
    say(faults.greeting ?? '* OK ready')
    const foldersOf = () => accounts.get(user)?.folders ?? new Map<string, HeldFolder>()
    const signIn = (tag: string, name: string, password: string) => {
      const isRight = faults.admits?.(name, password) ?? accounts.get(name)?.password === password
      if (faults.refuses || !isRight) return say(`${tag} NO ${faults.refuses ?? '[AUTHENTICATIONFAILED] Authentication failed.'}`)
      user = name
      say(`${tag} OK signed in`)
    }
    const numbersOf = (set: string): Held[] => {
      const all = selected?.messages ?? []
      const last = all.at(-1)?.uid ?? 0
      return all.filter(({ uid }) =>
        set.split(',').some((part) => {
          const [from = 0, to = from] = part.split(':').map((end) => (end === '*' ? last : Number(end)))
          return uid >= Math.min(from, to) && uid <= Math.max(from, to)
        }),
      )
    }
    const command = (line: string) => {
      const [, tag = '', rest = ''] = /^(\S+) (.*)$/s.exec(line) ?? []
      const [, verb = '', given = ''] = /^((?:UID )?\S+) ?(.*)$/is.exec(rest) ?? []
      const name = verb.toUpperCase()
      faults.log?.push(rest)
      if (faults.stallsAt && name.endsWith(faults.stallsAt)) return
      if (faults.answers && name.endsWith(faults.answers.command)) return say(faults.answers.with)
      if (faults.floods && name.endsWith(faults.floods.command)) return void flood(faults.floods.with)
      const words = [...given.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(
        ([, quoted, bare]) => quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '',
      )
      const ok = () => say(`${tag} OK done`)
      switch (name) {
        case 'CAPABILITY':
          say(`* CAPABILITY IMAP4rev1 ${faults.withoutIdle ? '' : 'IDLE '}UIDPLUS AUTH=PLAIN AUTH=XOAUTH2 SASL-IR`)
          return ok()
        case 'LOGIN':
          return signIn(tag, words[0] ?? '', words[1] ?? '')
        case 'AUTHENTICATE': {
          const read = (text: string) => {
            const response = Buffer.from(text, 'base64').toString()
            // SASL separates by control characters: XOAUTH2 by the first, PLAIN by the zeroth.
            const [, name, token] = /^user=(.*?),auth=Bearer (.*?),/.exec(response.replaceAll('\u0001', ',')) ?? []
            const [, plainName = '', password = ''] = response.split('\0')
            signIn(tag, name ?? plainName, token ?? password)
          }
          if (words[1]) return read(words[1])
          say('+ ')
          waiting = read
          return
        }
        case 'LIST':
          // Asked for nothing, it names the sign between folders.
          if (words[1] === '') say('* LIST (\\Noselect) "/" ""')
          else for (const path of foldersOf().keys()) say(`* LIST () "/" "${path}"`)
          return ok()
        case 'SELECT':
        case 'EXAMINE': {
          selected = foldersOf().get(words[0] ?? '') ?? null
          if (!selected) return say(`${tag} NO [NONEXISTENT] no such folder`)
          say('* FLAGS (\\Seen)')
          say('* OK [PERMANENTFLAGS (\\Seen \\*)] ok')
          say(`* ${selected.messages.length} EXISTS`)
          say(`* OK [UIDVALIDITY ${selected.uidValidity}] ok`)
          say(`* OK [UIDNEXT ${selected.uidNext}] ok`)
          return say(`${tag} OK [${name === 'EXAMINE' ? 'READ-ONLY' : 'READ-WRITE'}] done`)
        }
        case 'UID SEARCH': {
          const [, set = '1:*'] = /\bUID (\S+)/i.exec(given) ?? []
          const [, since] = /\bSINCE "?([^\s"]+)/i.exec(given) ?? []
          const from = since ? Date.parse(`${since.replaceAll('-', ' ')} UTC`) : 0
          const found = numbersOf(set).filter(({ cameAt }) => cameAt.getTime() >= from)
          say(`* SEARCH ${found.map(({ uid }) => uid).join(' ')}`)
          return ok()
        }
        case 'UID FETCH':
          return fetch(tag, words[0] ?? '', given)
        case 'UID STORE':
          for (const message of numbersOf(words[0] ?? '')) message.flags.add('\\Seen')
          return ok()
        case 'IDLE': {
          if (faults.endsIdle === 'hangs up') return void socket.destroy()
          say('+ idling')
          if (faults.endsIdle) return ok()
          const folder = selected
          const tell = () => say(`* ${folder?.messages.length ?? 0} EXISTS`)
          idling.add(tell)
          const ringing = setInterval(() => {
            if (!faults.ringsForNothing) return
            say('* 0 EXISTS')
            say('* 1 EXISTS')
          }, faults.ringsForNothing ?? 60_000)
          socket.once('close', () => {
            clearInterval(ringing)
            idling.delete(tell)
          })
          waiting = () => {
            clearInterval(ringing)
            idling.delete(tell)
            ok()
          }
          return
        }
        case 'LOGOUT':
          say('* BYE')
          ok()
          return socket.end()
        case 'NOOP':
        case 'CLOSE':
          return ok()
        default:
          return say(`${tag} BAD ${name}?`)
      }
    }
    /** As fast as it is taken, so that what is sent is what the other side let come; not for ever, if it never closes. */
    const flood = async (line: (n: number) => string) => {
      for (let n = 1; socket.writable && flooded < 200_000_000; n++) {
        const bytes = Buffer.from(`* ${line(n)}\r\n`)
        flooded += bytes.length
        const isTaken = socket.write(bytes)
        if (!isTaken) await new Promise((resolve) => socket.once('drain', resolve).once('close', resolve))
      }
      socket.destroy()
    }
    const fetch = (tag: string, set: string, given: string) => {
      const [, at, length] = /BODY\.PEEK\[\]<(\d+)\.(\d+)>/i.exec(given) ?? []
      for (const { uid, raw, cameAt, flags } of numbersOf(set)) {
        const number = (selected?.messages.findIndex((each) => each.uid === uid) ?? 0) + 1
        if (at === undefined) {
          say(`* ${number} FETCH (UID ${uid} RFC822.SIZE ${raw.length} INTERNALDATE "${imapDate(cameAt)}" FLAGS (${[...flags].join(' ')}))`)
          continue
        }
        const fault = faults.withholds?.get(uid)
        if (fault === 'no') return say(`${tag} NO [SERVERBUG] can't read it`)
        if (fault === 'hangs up') return void socket.destroy()
        if (fault === 'stalls') return
        if (fault === 'empty') continue
        const piece = raw.subarray(Number(at), Number(at) + Number(length))
        say(Buffer.from(`* ${number} FETCH (UID ${uid} BODY[]<${at}> {${piece.length}}\r\n`))
        say(piece)
        say(')')
      }
      say(`${tag} OK done`)
    }
    socket.on('data', (chunk) => {
      buffer = Buffer.concat([buffer, chunk])
      for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
        const line = buffer.subarray(0, end).toString()
        buffer = buffer.subarray(end + 2)
        if (waiting) {
          const then = waiting
          waiting = null
          then(line)
        } else command(line)
      }
    })
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const folderOf = (user: string, path: string) => {
    const folders = accounts.get(user)?.folders
    if (!folders) throw new Error(`no account ${user}`)
    const folder = folders.get(path) ?? { uidValidity: 1000 + folders.size, uidNext: 1, messages: [] }
    folders.set(path, folder)
    return folder
  }
  return {
    kind: 'in this process' as const,
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    faults,
    async addUser(user: string, password: string) {
      accounts.set(user, { password, folders: new Map() })
      folderOf(user, 'INBOX')
    },
    /** A password, or the access token that is good now. */
    setPassword(user: string, password: string) {
      const account = accounts.get(user)
      if (account) account.password = password
    },
    async deliver(user: string, raw: string | Buffer, { folder = 'INBOX', cameAt = new Date() } = {}) {
      const held = folderOf(user, folder)
      held.messages.push({ uid: held.uidNext++, raw: Buffer.from(raw), cameAt, flags: new Set() })
      for (const tell of idling) tell()
    },
    /** The same messages under other numbers. */
    async renumber(user: string, folder = 'INBOX') {
      const held = folderOf(user, folder)
      held.uidValidity += 7
      held.messages = held.messages.map((message, index) => ({ ...message, uid: index + 1 }))
      held.uidNext = held.messages.length + 1
    },
    messagesOf: (user: string, folder = 'INBOX') => folderOf(user, folder).messages,
    remove: (user: string, folder: string) => void accounts.get(user)?.folders.delete(folder),
    connections: () => sockets.size,
    /** The bytes that were sent by `floods`. */
    flooded: () => flooded,
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export type TestImapServer = Awaited<ReturnType<typeof startImapServer>>
