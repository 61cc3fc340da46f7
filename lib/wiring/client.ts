import { type ClientLink, createORPCClient, createORPCErrorFromJson, isORPCErrorJson } from '@orpc/client'
import { StandardRPCJsonSerializer, StandardRPCSerializer, toHttpPath } from '@orpc/client/standard'
import type { RouterClient } from '@orpc/server'
import type { Router } from './router'

type Ask = (
  path: string,
  init: { method: 'POST'; body: string | FormData; headers: Record<string, string>; signal?: AbortSignal },
) => Promise<Response>

const serializer = new StandardRPCSerializer(new StandardRPCJsonSerializer())

/**
 * The typed client of the API, over what asks it: JSON there and back, with files as a form. The library's own link reads streams and
 * files as well and reports to tracers, which is twice as much script on every page.
 */
export function clientOver(ask: Ask): RouterClient<Router> {
  const link: ClientLink<Record<never, never>> = {
    async call(path, input, { signal }) {
      const given = serializer.serialize(input)
      const [body, headers] = given instanceof FormData ? [given, {}] : [JSON.stringify(given), { 'content-type': 'application/json' }]
      const answer = await ask(toHttpPath(path), { method: 'POST', body, headers, signal })
      const text = await answer.text()
      const said = serializer.deserialize(text ? JSON.parse(text) : undefined)
      if (answer.ok) return said
      throw isORPCErrorJson(said) ? createORPCErrorFromJson(said) : new Error(`The server answered with ${answer.status}`)
    },
  }
  return createORPCClient(link)
}

/** The typed client for components: the same procedures, by way of the browser's own session. */
export const api = clientOver((path, init) => fetch(`/api/rpc${path}`, init))
