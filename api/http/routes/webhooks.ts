import type { FastifyBaseLogger, FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { refusals } from '../../domain/refusals.ts'
import type { Reading } from '../../providers/webhook.ts'
import { answers } from '../answers.ts'
import type { App, Routes } from '../deps.ts'
import { operation } from '../operation.ts'
import { answer, refuseAs } from '../problem.ts'
import { FeedbackIntake } from '../webhooks/intake.ts'
import { createRefusalLog, type RefusedWebhook } from '../webhooks/refusal-log.ts'

/** SNS sends 256 kB at most, and Resend less; a mail that bounced comes back with its headers only, as we ask. */
const webhookBytesMax = 1_000_000

const tags = ['webhooks']
const Kept = Type.Object(
  { stored: Type.Integer(), duplicates: Type.Integer(), foreign: Type.Integer() },
  { description: 'Reports that were new, that were known, and that are about no mail of ours.' },
)

/** Where providers report what became of mails. Each proves by a signature over the raw bytes that it is itself; nothing of them is parsed before. */
export const webhookRoutes: Routes = (parent, { database, webhooks, now }) => {
  void parent.register(async (scope) => {
    const app = scope as unknown as App
    const { readers, count = () => {} } = webhooks ?? { readers: new Map() }
    const intake = new FeedbackIntake(database.db, (err) => app.log.warn({ err }, 'no hint of new reports was given'))
    const tellRefused = createRefusalLog(app)
    // Whatever the content type says: SNS calls its JSON text/plain, and a mail is a mail.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

    const Params = Type.Object({ provider: Type.String({ description: 'resend, ses or smtp' }) })
    app.post(
      '/webhooks/:provider',
      {
        config: { access: 'signature' },
        bodyLimit: webhookBytesMax,
        // What browsers may do with an answer; no browser asks here, and to say it costs as much as to verify.
        helmet: false,
        schema: {
          ...operation(
            'receiveReports',
            'Take a provider’s reports of its mails',
            'The provider signs the bytes: a wrong signature is a 401. What could not be kept is a 503, to be sent again.',
          ),
          tags,
          params: Params,
          response: answers(200, Kept),
        },
        // Before the body is read: nobody listens there.
        onRequest: async (request, reply) => {
          if (!readers.has(request.params.provider)) return refuseAs(reply, refusals.notFound)
        },
      },
      async (request, reply) => {
        const { provider } = request.params
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        const reading: Reading = await readers.get(provider)!.read({ body, headers: request.headers, now: now() })
        if (reading.kind !== 'reports') {
          count(provider, reading.kind, 1)
          const problem = await heed(reading, provider, { log: request.log, tellRefused })
          return problem ? refuseFor(reply, problem) : { stored: 0, duplicates: 0, foreign: 0 }
        }

        const kept = await intake.keep(reading.reports)
        if (kept.kind !== 'kept') return refuseFor(reply, 'tryLater')
        const sums = { stored: kept.stored, duplicate: kept.duplicates, foreign: reading.foreign }
        for (const [outcome, sum] of Object.entries(sums))
          if (sum > 0) count(provider, outcome as keyof typeof sums, sum)
        return { stored: sums.stored, duplicates: sums.duplicate, foreign: sums.foreign }
      },
    )
  })
}

const problemOf = { forged: 'notSigned', malformed: 'badRequest', tryLater: 'tryLater' } as const
type WebhookProblem = (typeof problemOf)[keyof typeof problemOf]

/** Does what a request without reports is about. Answers what is wrong with it; nothing, when it is to be acknowledged. */
async function heed(
  reading: Exclude<Reading, { kind: 'reports' }>,
  provider: string,
  { log, tellRefused }: { log: FastifyBaseLogger; tellRefused: (refused: RefusedWebhook) => void },
): Promise<WebhookProblem | undefined> {
  if (reading.kind === 'confirmSubscription') {
    const outcome = await reading.confirm()
    log.info({ provider, topic: reading.topic, outcome }, 'a subscription was to be confirmed')
    return outcome === 'ok' ? undefined : 'tryLater'
  }
  const { kind, reason } = reading
  if (kind === 'noted') {
    log.warn({ provider, reason }, 'a webhook says')
    return undefined
  }
  tellRefused({ provider, outcome: kind, reason })
  return problemOf[kind]
}

/** A database that fails over is back by then, and providers come again for hours. */
const retryAfterS = 20

function refuseFor(reply: FastifyReply, problem: WebhookProblem): FastifyReply {
  if (problem === 'tryLater') reply.header('retry-after', retryAfterS)
  return answer(reply, problem)
}
