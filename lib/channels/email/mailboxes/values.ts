export const mailboxPresets = ['hostinger', 'gmail', 'outlook', 'yahoo', 'generic'] as const

export const securities = ['tls', 'starttls', 'none'] as const

interface KnownServer {
  host: string
  port: number
  security: (typeof securities)[number]
}

interface Preset {
  incoming: KnownServer | null
  outgoing: KnownServer | null
  /** How the provider's servers name themselves in Authentication-Results; with a dot before it, all beneath a name. */
  authservIds: string[]
  /** How they name themselves in Received, where they say little or nothing of the sender. */
  relays: string[]
}

const tls = (host: string, port: number): KnownServer => ({ host, port, security: 'tls' })
const starttls = (host: string, port: number): KnownServer => ({ host, port, security: 'starttls' })

/** The servers of known providers, as their own instructions name them, and as they name themselves in what they bring. */
export const presets: Record<(typeof mailboxPresets)[number], Preset> = {
  hostinger: {
    incoming: tls('imap.hostinger.com', 993),
    outgoing: tls('smtp.hostinger.com', 465),
    authservIds: [],
    relays: ['hostinger.com', 'hostinger.io'],
  },
  gmail: { incoming: tls('imap.gmail.com', 993), outgoing: tls('smtp.gmail.com', 465), authservIds: ['mx.google.com'], relays: [] },
  outlook: {
    incoming: tls('outlook.office365.com', 993),
    outgoing: starttls('smtp.office365.com', 587),
    authservIds: ['protection.outlook.com', 'outlook.office365.com'],
    relays: [],
  },
  yahoo: { incoming: tls('imap.mail.yahoo.com', 993), outgoing: tls('smtp.mail.yahoo.com', 465), authservIds: ['.yahoo.com'], relays: [] },
  generic: { incoming: null, outgoing: null, authservIds: [], relays: [] },
}

/** How an account is reached: by IMAP and SMTP, or by the provider's own interface, where those are closed. */
export const accessKinds = ['imap', 'api'] as const
