import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'
import type { RouterClient } from '@orpc/server'
import type { Router } from './router'

/** The typed client for components: the same procedures, by way of the browser's own session. */
export const api: RouterClient<Router> = createORPCClient(new RPCLink({ url: () => `${window.location.origin}/api/rpc` }))
