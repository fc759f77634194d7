import { Histogram, type Registry } from 'prom-client'
import type { App } from '../../api/http/deps.ts'

/** From what an indexed read takes to the time after which the request is cut. */
const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30]

/**
 * Measures each request under the pattern of its route, never under its address: a guest's link would be a figure of its own, and
 * a secret.
 */
export function measureRequests(app: App, registry: Registry): void {
  const duration = new Histogram({
    name: 'tidings_http_request_seconds',
    help: 'Time until a request was answered',
    labelNames: ['method', 'route', 'status'],
    buckets: seconds,
    registers: [registry],
  })
  app.addHook('onResponse', async ({ method, routeOptions }, reply) => {
    const labels = { method, route: routeOptions.url ?? 'none', status: `${Math.floor(reply.statusCode / 100)}xx` }
    duration.observe(labels, reply.elapsedTime / 1000)
  })
}
