import path from 'node:path'
import { z } from 'zod'
import { readTrustedProxies } from './core/ip-address'
import { readNameServers } from './core/name-servers'
import { isWeakSecret } from './core/weak-secret'

const flag = z.enum(['on', 'off'], { error: 'expected "on" or "off"' })
const whole = (min: number, max: number) =>
  z.coerce.number({ error: 'expected a whole number' }).int('expected a whole number').min(min).max(max)
const hostname = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'expected a host name such as "desk.example.com", without scheme or port')
const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, 'expected an address that begins with postgres://')

const word = z.string().regex(/^[\w-]+$/, 'expected letters, digits, "-" and "_"')

/** Every variable the product reads. All are optional; a bad value stops the boot with its name. */
const schema = z.object({
  PORT: whole(0, 65535).default(3000),
  DATA_DIR: z.string().min(1).default('.data'),
  ROOT_DOMAIN: hostname.default('localhost'),
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_MIGRATION_URL: postgresUrl.optional(),
  DATABASE_POOL_SIZE: whole(1, 500).default(10),
  DATABASE_STATEMENT_TIMEOUT_MS: whole(100, 600_000).default(15_000),
  DATABASE_PREPARED_STATEMENTS: z.enum(['on', 'off'], { error: 'expected "on" or "off"' }).default('on'),
  DATABASE_TLS: z.enum(['off', 'require', 'verify'], { error: 'expected "off", "require" or "verify"' }).default('off'),
  POSTGRES_URL: postgresUrl.optional(),
  VERCEL: z.string().optional(),
  /** On: `npm start` works events and jobs off, on PostgreSQL in a process of their own. Inside: in the web process. Off: `npm run worker` does. */
  JOBS: z.enum(['on', 'inside', 'off'], { error: 'expected "on", "inside" or "off"' }).default('on'),
  /** On PostgreSQL: how many processes serve. As many as the machine has cores, unless it is said. */
  WEB_PROCESSES: whole(1, 64).optional(),
  TRIGGER_SECRET_KEY: z.string().min(1).optional(),
  TRIGGER_API_URL: z.url('expected an address').optional(),
  REALTIME_APP_ID: word.optional(),
  REALTIME_KEY: word.optional(),
  REALTIME_SECRET: z.string().min(16, 'expected at least 16 characters').optional(),
  /** Where the embedded realtime server tells what happens on channels. */
  REALTIME_WEBHOOK_URL: z.url('expected an address').optional(),
  PUSHER_APP_ID: word.optional(),
  PUSHER_KEY: word.optional(),
  PUSHER_SECRET: z.string().min(1).optional(),
  PUSHER_CLUSTER: word.optional(),
  /** A server compatible with Pusher, instead of a cluster of theirs: a host, with a port if it is not 443. */
  PUSHER_HOST: z
    .string()
    .regex(/^[a-z0-9.-]+(:\d+)?$/i, 'expected a host such as "realtime.example.com" or "10.0.0.5:6001"')
    .optional(),
  /** On: addresses that workspaces type, such as webhooks, may lead into this machine's own network. */
  ALLOW_PRIVATE_HOSTS: flag.default('off'),
  /** Of browser push; made from the installation's secret when they are not given. */
  VAPID_PUBLIC_KEY: z.string().min(80, 'expected a key as web-push makes it').optional(),
  VAPID_PRIVATE_KEY: z.string().min(40, 'expected a key as web-push makes it').optional(),
  /** Off: only the operator opens desks. */
  SIGN_UP: flag.default('on'),
  TRUST_PROXY: z
    .string()
    .refine(
      (text) => readTrustedProxies(text) !== null,
      'expected "off", "on", the number of proxies, or their networks such as "10.0.0.0/8, loopback"',
    )
    .default('off'),
  AUTH_SECRET: z
    .string()
    .refine((text) => !isWeakSecret(text), 'expected at least 32 characters, made at random')
    .optional(),
  /** Encrypt passwords and tokens of mailboxes: the first one does, all of them open, and so does AUTH_SECRET. */
  CREDENTIALS_KEYS: z
    .string()
    .transform((text) => text.split(',').map((key) => key.trim()))
    .refine(
      (keys) => !keys.some(isWeakSecret),
      'expected keys of at least 32 characters, made at random, the newest first, with commas between',
    )
    .default([]),
  /** Resend sends what workspaces without a way of their own send; its webhook tells what became of it, and brings mail. */
  RESEND_API_KEY: z.string().min(1).optional(),
  RESEND_BASE_URL: z.url('expected an address').optional(),
  RESEND_WEBHOOK_SECRET: z
    .string()
    .regex(/^(?:whsec_)?[A-Za-z0-9+/=]{16,}$/, 'expected the signing secret of the webhook, such as whsec_...')
    .optional(),
  /** Lets workspaces connect mailboxes of Google and of Microsoft; where nothing is set, only with passwords. */
  GOOGLE_OAUTH_CLIENT_ID: z.string().min(1).optional(),
  GOOGLE_OAUTH_CLIENT_SECRET: z.string().min(1).optional(),
  GOOGLE_BASE_URL: z.url('expected an address').optional(),
  MICROSOFT_OAUTH_CLIENT_ID: z.string().min(1).optional(),
  MICROSOFT_OAUTH_CLIENT_SECRET: z.string().min(1).optional(),
  /** Whose accounts may be connected: those of one organisation, by its id or domain, or of all of them. */
  MICROSOFT_OAUTH_TENANT: z
    .string()
    .regex(/^[a-z0-9.-]+$/i, 'expected "common", "organizations", "consumers", or the id or domain of an organisation')
    .default('common'),
  MICROSOFT_BASE_URL: z.url('expected an address').optional(),
  /** Mailgun does, where Resend is not set up. */
  MAILGUN_API_KEY: z.string().min(1).optional(),
  MAILGUN_DOMAIN: hostname.optional(),
  MAILGUN_API_URL: z.url('expected an address').default('https://api.mailgun.net'),
  /** A mail server that takes what workspaces without a way of their own send. */
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/[^/]/, 'expected an address such as smtps://user:password@smtp.example.com')
    .optional(),
  MAILGUN_SIGNING_KEY: z.string().min(1).optional(),
  /** Who sees the mail that was not sent: this machine alone, or whoever reaches the server. */
  DEV_MAILBOX: z.enum(['local', 'open'], { error: 'expected "local" or "open"' }).default('local'),
  /** The undo window that new workspaces begin with. */
  UNDO_SEND_SECONDS: whole(0, 120).default(10),
  /** The most requests a minute that a workspace may allow one caller. */
  RATE_LIMIT_CEILING: whole(10, 1_000_000).default(6000),
  /** A bucket of any service that speaks S3, instead of the data folder. */
  S3_BUCKET: z.string().min(1).optional(),
  S3_REGION: z.string().min(1).default('us-east-1'),
  S3_ENDPOINT: z.url('expected an address').optional(),
  S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  MAIL_DOMAIN: hostname.optional(),
  /** Whom the senders of mail are checked with. */
  MAIL_DNS: z
    .string()
    .refine((text) => readNameServers(text) !== undefined, 'expected "system", "off", or name servers such as "10.0.0.53, 127.0.0.1:5353"')
    .default('system'),
  /** Mail servers whose Authentication-Results are believed, as they name themselves. */
  TRUSTED_AUTHSERV_IDS: z
    .string()
    .toLowerCase()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .refine((ids) => ids.every((id) => /^[a-z0-9_.-]+$/.test(id)), 'expected names such as "mx.example.com", separated by commas'),
  /** A server that speaks OpenAI's protocol and makes vectors of texts, so that articles are found by what they mean. */
  EMBEDDINGS_URL: z.url('expected an address such as https://api.openai.com/v1').optional(),
  EMBEDDINGS_API_KEY: z.string().min(1).optional(),
  EMBEDDINGS_MODEL: z.string().min(1).max(100).default('text-embedding-3-small'),
  /** How many numbers a vector of the model has: each size has a column and an index of its own. */
  EMBEDDINGS_SIZE: z.coerce
    .number()
    .pipe(z.union([z.literal(384), z.literal(768), z.literal(1024), z.literal(1536)], { error: 'expected 384, 768, 1024 or 1536' }))
    .default(768),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
})

export const envNames = Object.keys(schema.shape)
export type Env = z.infer<typeof schema>

export class EnvError extends Error {}

/** @throws {EnvError} naming each bad variable and what is expected of it */
export function parseEnv(source: Record<string, string | undefined>): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''))
  const result = schema.safeParse(given, { error: z.locales.en().localeError })
  if (result.success) return result.data
  const lines = result.error.issues.map((issue) => {
    const name = String(issue.path[0])
    // A log is read by more people than may know a secret.
    return `  ${name}${/SECRET|KEY|SMTP_URL/.test(name) ? '' : `=${JSON.stringify(given[name])}`}: ${issue.message}`
  })
  throw new EnvError(`The environment has values that cannot be used:\n${lines.join('\n')}`)
}

let parsed: Env | undefined

/** The environment, read and checked on first use. */
export function env(): Env {
  parsed ??= parseEnv(process.env)
  return parsed
}

export const dataPath = (...parts: string[]) => path.resolve(env().DATA_DIR, ...parts)

/** True when the root host is this machine itself: development, the demo, the tests. */
export const isLocal = () => env().ROOT_DOMAIN === 'localhost' || env().ROOT_DOMAIN.endsWith('.localhost')
