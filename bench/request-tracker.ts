import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import type { Asked } from './asked'

const programs = '/usr/share/request-tracker5'
const password = 'password-of-the-bench'
const queue = 'General'

/** Whether Debian's request-tracker5, its PostgreSQL support and Starman are on this machine. */
export const isInstalled = (): boolean =>
  ['/usr/sbin/rt-setup-database-5', `${programs}/etc/schema.Pg`, `${programs}/libexec/rt-server`, '/usr/bin/starman'].every((file) =>
    existsSync(file),
  ) && spawnSync('perl', ['-MDBD::Pg', '-e', '1']).status === 0

/** A ticket as it is written into Request Tracker's tables, so that both hold the same. */
export interface Copied {
  title: string
  status: string
  isAssigned: boolean
  /** The requester's address. */
  from: string
  createdAt: string
  updatedAt: string
  said: { text: string; isAgent: boolean; at: string }[]
}

const statusOf: Record<string, string> = { created: 'new', hold: 'stalled', closed: 'resolved', resolved: 'resolved' }

/** What its administrator would do: a group with rights on the queue, its agents, customers, and a token for REST. */
const people = `
  use RT; RT::LoadConfig(); RT::Init();
  sub must { my ($ok, $said) = @_; die "$said\\n" unless $ok; return $ok }
  my $system = RT->SystemUser;
  my $queue = RT::Queue->new($system);
  must($queue->Load('${queue}'), 'there is no queue');
  my $agents = RT::Group->new($system);
  must($agents->CreateUserDefinedGroup(Name => 'Agents'));
  must($agents->PrincipalObj->GrantRight(Object => $queue, Right => $_)) for qw(
    SeeQueue ShowTicket ShowTicketComments CreateTicket ReplyToTicket CommentOnTicket ModifyTicket OwnTicket TakeTicket ShowOutgoingEmail);
  must($agents->PrincipalObj->GrantRight(Object => RT->System, Right => 'ModifySelf'));
  my $number = <STDIN>;
  for my $n (0 .. $number - 1) {
    my $agent = RT::User->new($system);
    my %named = (Name => "agent$n", RealName => "Agent $n", EmailAddress => "agent$n" . '@bench.test');
    must($agent->Create(%named, Password => '${password}', Privileged => 1));
    must($agents->AddMember($agent->id));
  }
  my $first = RT::User->new($system);
  must($first->Load('agent0'));
  my $token = RT::AuthToken->new($system);
  my ($ok, $said, $secret) = $token->Create(Owner => $first->id, Description => 'bench');
  must($ok, $said);
  while (my $address = <STDIN>) {
    chomp $address;
    my $customer = RT::User->new($system);
    must($customer->Create(Name => $address, EmailAddress => $address, Privileged => 0));
  }
  print "token=$secret\\n";
`

/** A database of its own on the server at `url`, made by Request Tracker's own program, and its web server on `port`. */
export async function openRequestTracker(url: string, port: number) {
  const { hostname, port: databasePort, username, password: owner } = new URL(url)
  const folder = mkdtempSync(path.join(tmpdir(), 'baraza-peer-'))
  const config = path.join(folder, 'site.pm')
  const none = path.join(folder, 'none')
  mkdirSync(none)
  writeFileSync(path.join(folder, 'password'), `${password}\n`)
  // Mail is composed and written into a file. The history of a ticket comes with its page, as ours does, and not by a second request.
  const settings = {
    ...{ rtname: 'bench', Organization: 'bench', WebDomain: 'localhost', WebPort: port, WebPath: '' },
    ...{ DatabaseType: 'Pg', DatabaseHost: hostname, DatabasePort: databasePort, DatabaseName: 'request_tracker' },
    ...{ DatabaseAdmin: username, DatabaseUser: 'request_tracker', DatabasePassword: owner },
    ...{ MailCommand: 'testfile', LogToSTDERR: 'error', ShowHistory: 'always' },
  }
  const lines = Object.entries(settings).map(([name, value]) => `Set($${name}, '${value}');`)
  const fullText = `Set(%FullTextSearch, Enable => 1, Indexed => 1, Column => 'ContentIndex', Table => 'AttachmentsIndex');`
  const configure = (...more: string[]) => writeFileSync(config, [...lines, 'Set($LogToSyslog, undef);', ...more, '1;', ''].join('\n'))
  const environment = { ...process.env, RT_SITE_CONFIG: config, RT_SITE_CONFIG_DIR: none, PGHOST: hostname, PGPORT: databasePort }
  const run = (program: string, args: string[], input = '') => {
    const { status, stdout, stderr } = spawnSync(program, args, { env: environment, input, encoding: 'utf8' })
    if (status !== 0) throw new Error(`${program}: ${stderr || stdout}`)
    return stdout
  }
  const administrator = ['--dba', username, '--dba-password', owner]
  configure()
  run('rt-setup-database-5', ['--action', 'init', ...administrator, '--root-password-file', path.join(folder, 'password')])
  run('rt-setup-fulltext-index-5', ['--noask', ...administrator])
  configure(fullText)
  const database = new URL(url)
  database.pathname = '/request_tracker'
  const client = new pg.Client({ connectionString: database.href })
  await client.connect()

  let token = ''
  let server: ReturnType<typeof spawn> | undefined
  let cookie = ''
  let ids: number[] = []
  const origin = `http://localhost:${port}`

  return {
    /** Makes the people, then writes the tickets into the tables as its own program leaves them. */
    async load(tickets: AsyncIterable<Copied[]>, customers: string[], agents: number) {
      token = /token=(.*)/.exec(run('perl', [`-I${programs}/lib`, '-e', people], [agents, ...customers].join('\n')))?.[1] ?? ''
      const write = await writer(client)
      for await (const some of tickets) await write(some)
      await client.query(
        'INSERT INTO AttachmentsIndex (id, ContentIndex) SELECT a.id, to_tsvector(a.Content) FROM Attachments a WHERE NOT EXISTS (SELECT 1 FROM AttachmentsIndex i WHERE i.id = a.id)',
      )
      await client.query('VACUUM ANALYZE')
      const { rows } = await client.query(`SELECT id FROM Tickets WHERE Status <> 'resolved' ORDER BY LastUpdated DESC LIMIT 500`)
      ids = rows.map(({ id }) => id)
      await client.end()
    },

    /** Two workers of Starman, as its documentation has it, and an agent signed in. */
    async serve() {
      const args = ['--server', 'Starman', '--port', String(port), '--workers', '2']
      server = spawn(`${programs}/libexec/rt-server`, args, { env: environment, stdio: ['ignore', 'ignore', 'ignore'], detached: true })
      for (let n = 0; ; n++) {
        if (
          await fetch(`${origin}/`).then(
            (answer) => answer.ok,
            () => false,
          )
        )
          break
        if (n === 300) throw new Error('Request Tracker does not answer')
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      const answer = await fetch(`${origin}/NoAuth/Login.html`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', referer: `${origin}/` },
        body: new URLSearchParams({ user: 'agent0', pass: password }),
        redirect: 'manual',
      })
      cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    },

    /** The cases, each for the turn that it is asked in; `word` is looked for. */
    cases: {
      'list page': () => page('/Search/Results.html', { Query: open, RowsPerPage: '50', OrderBy: 'LastUpdated', Order: 'DESC' }, links),
      'ticket page': (turn) => {
        const id = String(ids[turn % ids.length])
        return page(
          '/Ticket/Display.html',
          { id },
          (text) => text.includes(`#${id}: `) && (text.match(/class="message-stanza/g) ?? []).length >= 1,
        )
      },
      reply: (turn) =>
        rest('POST', `/ticket/${ids[turn % ids.length]}/correspond`, 201, () => true, { Content: 'Text', ContentType: 'text/plain' }),
      create: () =>
        rest('POST', '/ticket', 201, (text) => /"id":"?\d+/.test(text), {
          ...{ Queue: queue, Subject: 'Bench', Requestor: 'bench@example.com', Content: 'Text', ContentType: 'text/plain' },
        }),
      'list JSON': () =>
        rest(
          'GET',
          `/tickets?${new URLSearchParams({ query: open, orderby: 'LastUpdated', order: 'DESC', per_page: '50', ...fields })}`,
          200,
          (text) => {
            const { items } = JSON.parse(text) as { items: { Subject?: string; Status?: string }[] }
            return items.length === 50 && items.every(({ Subject, Status }) => Subject && Status)
          },
        ),
      'search page': (_turn, word) =>
        page('/Search/Simple.html', { q: `any ${word}` }, (text) => links(text) && text.toLowerCase().includes(word)),
    } satisfies Record<string, (turn: number, word: string) => Asked>,

    /** Ends its web server, also when the bench fails. */
    kill() {
      if (server?.pid) process.kill(-server.pid, 'SIGKILL')
      server = undefined
      rmSync(folder, { recursive: true, force: true })
    },
  }

  function page(where: string, query: Record<string, string>, isRight: (text: string) => boolean): Asked {
    const headers = { host: `localhost:${port}`, cookie, referer: `${origin}/`, 'accept-encoding': 'gzip' }
    return { port, method: 'GET', path: `${where}?${new URLSearchParams(query)}`, headers, status: 200, isRight }
  }
  function rest(method: string, where: string, status: number, isRight: (text: string) => boolean, body?: object): Asked {
    const headers = { host: `localhost:${port}`, authorization: `token ${token}`, 'content-type': 'application/json' }
    return { port, method, path: `/REST/2.0${where}`, headers, status, isRight, body }
  }
}

const open = `Queue = '${queue}' AND Status = '__Active__'`
/** What our own list says of a ticket, as far as there is such a thing. */
const fields = {
  fields: 'Subject,Status,Priority,Queue,Owner,Requestor,Created,LastUpdated',
  'fields[Queue]': 'Name',
  'fields[Owner]': 'Name,EmailAddress',
  'fields[Requestor]': 'Name,EmailAddress',
}
const links = (text: string) => new Set(text.match(/\/Ticket\/Display\.html\?id=\d+/g)).size >= 50

/** Writes tickets with what belongs to each: four groups of a role, their members, transactions and what was said. */
async function writer(client: pg.Client) {
  const one = async (sql: string) => Number((await client.query(sql)).rows[0]?.id)
  const agent = await one(`SELECT id FROM Users WHERE Name = 'agent0'`)
  const nobody = await one(`SELECT id FROM Users WHERE Name = 'Nobody'`)
  const queueId = await one(`SELECT id FROM Queues WHERE Name = '${queue}'`)
  const { rows } = await client.query('SELECT id, EmailAddress AS address FROM Users')
  const customers = new Map(rows.map(({ id, address }) => [address, id]))
  const sequences = ['tickets', 'principals', 'transactions', 'cachedgroupmembers'] as const
  const last = {} as Record<(typeof sequences)[number], number>
  for (const name of sequences) last[name] = await one(`SELECT coalesce(max(id), 0) AS id FROM ${name}`)
  const never = '1970-01-01'

  return async (tickets: Copied[]) => {
    const rowsOf: Record<string, object[]> = {}
    const add = (table: string, row: object) => {
      rowsOf[table] ??= []
      rowsOf[table].push(row)
    }
    for (const { title, status, isAssigned, from, createdAt, updatedAt, said } of tickets) {
      const id = ++last.tickets
      const customer = customers.get(from)
      const owner = isAssigned ? agent : nobody
      const made = { creator: customer, created: createdAt }
      const changed = { ...made, lastupdatedby: agent, lastupdated: updatedAt }
      const state = statusOf[status] ?? 'open'
      const dates = { told: updatedAt, starts: never, started: createdAt, due: never, resolved: state === 'resolved' ? updatedAt : never }
      const texts = { type: 'ticket', subject: title, status: state }
      add('Tickets', { id, effectiveid: id, queue: queueId, owner, ...texts, ...dates, ...changed })
      for (const [name, member] of Object.entries({ Owner: owner, Requestor: customer, Cc: null, AdminCc: null })) {
        const group = ++last.principals
        add('Principals', { id: group, principaltype: 'Group', disabled: 0 })
        add('Groups', { id: group, name, domain: 'RT::Ticket-Role', instance: id, ...changed })
        if (member !== null) add('GroupMembers', { groupid: group, memberid: member, ...changed })
        for (const memberid of member === null ? [group] : [group, member]) {
          const via = ++last.cachedgroupmembers
          add('CachedGroupMembers', { id: via, groupid: group, memberid, via, immediateparentid: group, disabled: 0 })
        }
      }
      const acts = { objecttype: 'RT::Ticket', objectid: id }
      for (const [turn, { text, isAgent, at }] of said.entries()) {
        const by = { creator: isAgent ? agent : customer, created: at }
        const transaction = ++last.transactions
        add('Transactions', { id: transaction, ...acts, type: turn === 0 ? 'Create' : 'Correspond', ...by })
        const headers = `Content-Type: text/plain; charset="utf-8"\nMIME-Version: 1.0\nContent-Length: ${text.length}\n`
        add('Attachments', {
          transactionid: transaction,
          contenttype: 'text/plain',
          contentencoding: 'none',
          content: text,
          headers,
          ...by,
        })
      }
      if (state === 'new') continue
      const turned = { type: 'Status', field: 'Status', oldvalue: 'new', newvalue: state, creator: agent, created: updatedAt }
      add('Transactions', { id: ++last.transactions, ...acts, ...turned })
    }
    for (const [table, given] of Object.entries(rowsOf)) {
      const columns = [...new Set(given.flatMap(Object.keys))].join(', ')
      await client.query(`INSERT INTO ${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${table}, $1)`, [
        JSON.stringify(given),
      ])
    }
    for (const name of sequences) await client.query(`SELECT setval('${name}_id_seq', ${last[name]})`)
  }
}
