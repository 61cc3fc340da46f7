import { withPlatform } from '../db/scope'

/** Whether the installation can serve: the database answers. */
export async function checkHealth(): Promise<Response> {
  const started = performance.now()
  try {
    await withPlatform((tx) => tx.$queryRaw`SELECT 1`)
    const milliseconds = Math.round(performance.now() - started)
    return Response.json({ status: 'ok', checks: { database: { status: 'ok', milliseconds } } })
  } catch {
    return Response.json({ status: 'failing', checks: { database: { status: 'failing' } } }, { status: 503 })
  }
}
