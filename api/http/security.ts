import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import type { App, AppConfig } from './deps.ts'

/** What browsers may do with our pages. Guest pages have a stricter one (`guest-pages/shell.ts`). */
const contentPolicy = {
  defaultSrc: ["'self'"],
  baseUri: ["'none'"],
  objectSrc: ["'none'"],
  frameAncestors: ["'none'"],
  formAction: ["'self'"],
  scriptSrc: ["'self'"],
  scriptSrcAttr: ["'none'"],
  // Vue binds widths and colours as style attributes; a style cannot run anything.
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'"],
  // Mail previews are shown in a sandboxed frame without scripts, from a string.
  frameSrc: ["'self'", 'data:', 'blob:'],
}

/** Headers, cross-origin rules and the counter of requests. Its own OPTIONS route stands before the guards: it only says who may ask. */
export async function secure(app: App, config: AppConfig) {
  const isSecure = config.publicUrl.startsWith('https://')
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        ...contentPolicy,
        // Not every browser takes a socket of the same place for 'self'.
        connectSrc: ["'self'", new URL(config.publicUrl).origin.replace(/^http/, 'ws')],
        ...(isSecure ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: isSecure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    crossOriginResourcePolicy: { policy: 'same-origin' },
  })
  app.addHook('onSend', async (_request, reply) => {
    reply.header('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=()')
  })
  const origins = [new URL(config.publicUrl).origin, ...config.corsOrigins]
  await app.register(cors, {
    origin: origins,
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    exposedHeaders: ['etag', 'location', 'retry-after', 'idempotency-replayed', 'content-disposition'],
    maxAge: 600,
  })
  await app.register(rateLimit, { global: false })
}
