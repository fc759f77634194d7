import Fastify, { LogController } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { createLinkSigner } from '../content/tokens.ts'
import { guardRoutes } from './access.ts'
import { createAccountMail } from './account-mail.ts'
import { announceDeeds } from './announce.ts'
import { keepAudit } from './audit.ts'
import { createAuth } from './auth/auth.ts'
import { createCursors } from './cursor.ts'
import type { App, AppDeps, Deps } from './deps.ts'
import { answerErrors, answerUnrouted } from './errors.ts'
import { honourIdempotencyKeys } from './idempotency.ts'
import { bodyBytesMax, readJsonBodies } from './json-body.ts'
import { describeApi } from './openapi.ts'
import { logRequests } from './request-log.ts'
import { isForSockets } from './realtime/for-sockets.ts'
import { routes } from './routes.ts'
import { secure } from './security.ts'
import { useSchemas } from './validation.ts'
import { serveWeb } from './web-files.ts'

/** A token has 44 characters and an id 36; a longer path segment is no address of ours. */
const pathSegmentMax = 200

/** A body arrives within this time or not at all; the slowest import of 20 MB needs 1.4 Mbit/s. */
const requestTimeoutMs = 120_000

/** The whole HTTP side, ready to listen or to be injected into. It reads no environment: everything comes with `deps`. */
export async function buildApp(given: AppDeps): Promise<App> {
  const app: App = Fastify({
    ...(given.logger ? { loggerInstance: given.logger } : { logger: false }),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyBytesMax,
    requestTimeout: requestTimeoutMs,
    // Proxies on the same machine or network tell the guest's address, which only counts requests. Links are never made of headers.
    trustProxy: 'loopback, linklocal, uniquelocal',
    forceCloseConnections: 'idle',
    http: { shouldUpgradeCallback: isForSockets },
    frameworkErrors: answerUnrouted,
    routerOptions: { maxParamLength: pathSegmentMax, caseSensitive: true },
  }).withTypeProvider<TypeBoxTypeProvider>()

  const { secretKey, secretKeyPrevious } = given.config
  const accountMail = createAccountMail(given)
  const deps: Deps = {
    ...given,
    accountMail,
    auth: createAuth(given, accountMail),
    cursors: createCursors(secretKey),
    links: createLinkSigner({ secretKey, previousSecretKey: secretKeyPrevious }),
  }

  useSchemas(app)
  answerErrors(app)
  readJsonBodies(app)
  logRequests(app)
  await secure(app, given.config)
  await describeApi(app, given.config)
  await serveWeb(app, given.webRoot)

  // Open streams are told to come again; else the server would wait for them to end.
  app.addHook('preClose', async () => given.hub.shutdown())

  // Every route from here on says who may use it.
  guardRoutes(app, deps)
  honourIdempotencyKeys(app, deps)
  keepAudit(app, deps)
  announceDeeds(app, deps)
  for (const add of routes) add(app, deps)
  return app
}
