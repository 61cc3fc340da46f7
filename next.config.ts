import type { NextConfig } from 'next'
import createNextIntlPlugin from 'next-intl/plugin'
import { securityHeaders } from './lib/tenancy/incoming'

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  skipTrailingSlashRedirect: true, // the API takes paths with and without the slash
  // Loaded by Node, from packages: what brings files of its own, the drivers of both databases, and what renders with react-dom/server, which
  // Next keeps from what it bundles for server components.
  serverExternalPackages: [
    '@electric-sql/pglite',
    '@electric-sql/pglite-pgvector',
    '@node-rs/argon2',
    '@react-email/render',
    'pg',
    'pino',
    'pusher',
    'sharp',
    'ws',
  ],
  // Next would leave these to Node as well; in the bundle they are a tenth of the package.
  transpilePackages: ['@aws-sdk/client-s3', '@prisma/client', 'postcss'],
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
