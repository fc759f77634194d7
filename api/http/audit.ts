import type { FastifyReply, FastifyRequest } from 'fastify'
import { writeAudit } from '../storage/audit.ts'
import type { App, Deps } from './deps.ts'

const event = '/api/v1/events/:eventId'
const message = `${event}/messages/:messageId`

/** What an owner, or an operator who is asked, may want to know later: who sent, stopped, let in, took away. By route. */
export const auditedRoutes: Readonly<Record<string, string>> = {
  [`POST ${event}/cancel`]: 'event.cancel',
  [`DELETE ${event}`]: 'event.delete',
  [`POST ${event}/collaborators`]: 'collaborator.add',
  [`PATCH ${event}/collaborators/:userId`]: 'collaborator.change',
  [`DELETE ${event}/collaborators/:userId`]: 'collaborator.remove',
  [`DELETE ${event}/guests/:guestId/suppression`]: 'suppression.lift',
  [`POST ${event}/guests/import`]: 'guests.import',
  [`GET ${event}/guests/export`]: 'guests.export',
  [`POST ${event}/messages`]: 'message.write',
  [`PATCH ${message}`]: 'message.change',
  [`DELETE ${message}`]: 'message.cancel',
  [`POST ${message}/send-now`]: 'message.send',
  [`POST ${message}/stop`]: 'message.stop',
  [`POST ${message}/resume`]: 'message.resume',
  [`POST ${message}/retry-failed`]: 'message.retry',
  [`POST ${message}/resolve`]: 'message.resolve',
  'POST /api/v1/operator/providers/test': 'operator.testProvider',
  'POST /api/v1/operator/backfill': 'operator.backfill',
  'DELETE /api/v1/operator/backfill': 'operator.cancelBackfill',
}

/** Of a body only these are kept: words of our own lists, and nothing that somebody wrote or that names a guest. */
const keptFields = ['mode', 'kind', 'discard', 'as', 'role'] as const

/**
 * Writes a row for each of these that was answered with success, before the answer leaves. A repeat that was answered from its key
 * did nothing, and neither did a dry run. A deed is never undone for want of its row: the log then says so instead.
 */
export function keepAudit(app: App, { database }: Deps) {
  app.addHook('onSend', async (request, reply, payload) => {
    const action = auditedRoutes[`${request.method} ${request.routeOptions.url}`]
    if (!action || !didSomething(request, reply)) return payload
    const { params, ip: ipAddress } = request
    const { messageId, userId: collaborator, guestId } = params as Record<string, string | undefined>
    const { person, event: seen } = request
    const subject = messageId ?? collaborator ?? guestId ?? idOf(payload)
    try {
      const entry = { action, subject, eventId: seen?.id, userId: person.id, detail: keptOf(request.body), ipAddress }
      await writeAudit(database.db, entry)
    } catch (error) {
      request.log.error({ err: error, action, subject, userId: person.id }, 'an audit row could not be written')
    }
    return payload
  })
}

/** Not refused, not answered from a key, and no dry run. */
export function didSomething(request: FastifyRequest, reply: FastifyReply): boolean {
  const { dryRun } = request.query as { dryRun?: unknown }
  return reply.statusCode < 400 && reply.getHeader('idempotency-replayed') === undefined && dryRun !== true
}

function keptOf(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null) return {}
  const given = body as Record<string, unknown>
  return Object.fromEntries(keptFields.flatMap((field) => (field in given ? [[field, given[field]]] : [])))
}

/** What was just created has its id in the answer. */
function idOf(payload: unknown): string | undefined {
  if (typeof payload !== 'string' || !payload.startsWith('{')) return undefined
  const { id, userId } = JSON.parse(payload) as { id?: string; userId?: string }
  return id ?? userId
}
