import type { NextConfig } from 'next'
import createNextIntlPlugin from 'next-intl/plugin'
import { securityHeaders } from './lib/tenancy/incoming'

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  skipTrailingSlashRedirect: true, // the API takes paths with and without the slash
  // The embedded database and native modules are loaded by Node, not bundled.
  serverExternalPackages: [
    '@electric-sql/pglite',
    '@electric-sql/pglite-pgvector',
    '@node-rs/argon2',
    'pg',
    'date-holidays',
    'pino',
    'mailauth',
    'mailparser',
    'nodemailer',
    '@vercel/postgres',
    'pusher',
    'ws',
    'sharp',
    '@aws-sdk/client-s3',
    // It renders with react-dom/server, which Next keeps from what it bundles for server components.
    '@react-email/render',
  ],
  experimental: {
    // Behind the middleware a longer body would be cut without a word; the doors set their own limits.
    proxyClientMaxBodySize: '40mb',
    serverActions: { bodySizeLimit: '40mb' },
    // A page that cannot be read anew stays, and is read when the server is back; else the browser would leave it.
    useOffline: true,
    // A page is loaded when it is first asked for: at the start all of them would take half of that, and 60 MB.
    preloadEntriesOnStart: false,
    // Nobody reads them: what runs is not minified.
    turbopackSourceMaps: false,
  },
  // Workspaces are developed on subdomains of localhost.
  allowedDevOrigins: ['*.localhost', '127.0.0.1'],
  typescript: { ignoreBuildErrors: true }, // `npm run typecheck` does it, with the tests
  headers: async () => [{ source: '/:path*', headers: securityHeaders }],
}

const withIntl = createNextIntlPlugin({
  requestConfig: './app/intl.ts',
  experimental: { messages: { path: './messages', format: 'json', locales: 'infer', precompile: true } },
})

export default withIntl(config)
