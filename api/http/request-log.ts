import type { App } from './deps.ts'

/** One line per answer. It names the route and not the address, because guests' addresses hold their keys. */
export function logRequests(app: App) {
  app.addHook('onResponse', async (request, reply) => {
    const { url = 'unknown', config } = request.routeOptions
    if (config?.access === 'public' && url === '/healthz') return
    request.log.info(
      { method: request.method, route: url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      'answered',
    )
  })
}
