import type { FastifyReply, FastifyRequest } from 'fastify'
import { page, pageLimitDefault } from '../../contract/atoms.ts'
import { Message, MessageChange, NewMessage } from '../../contract/message.ts'
import { MessageListQuery, ResolveRequest, RetryRequest, StopRequest } from '../../contract/message-requests.ts'
import { refusals } from '../../domain/refusals.ts'
import type { Refused } from '../../domain/refusals/refusal.ts'
import { getMessageWithSums, listMessages, type ListedMessage } from '../../storage/message-list.ts'
import type { MessageKey } from '../../storage/messages.ts'
import { answers, answersNothing } from '../answers.ts'
import type { Deps, Routes } from '../deps.ts'
import { answerWithEtag, expectedVersions } from '../etag.ts'
import { MessageParams, messagePath, messagesPath, refuseStrangeMessage } from '../messages/address.ts'
import { messagesJson } from '../messages/message-json.ts'
import { messageOperations } from '../messages/operations.ts'
import { resendHintOf } from '../messages/resend.ts'
import { resolveUnknown, retryGuests } from '../messages/second-tries.ts'
import { resumeSending, stopMessage } from '../messages/stop.ts'
import { changeMessage, endMessage, writeMessage, type Written } from '../messages/write.ts'
import { pageOf, refuseCursor, startOf } from '../page.ts'
import { refuse, refuseAs } from '../problem.ts'

const tags = ['messages']
const config = { access: 'editor' } as const
/** A lost answer may be asked for again under the same Idempotency-Key, without trying anybody a third time. */
const repeatable = { ...config, creates: true }
const one = { config, preValidation: refuseStrangeMessage }
const oneMessage = { tags, params: MessageParams, response: answers(200, Message) }

export const messageRoutes: Routes = (app, deps) => {
  const { db } = deps.database

  app.get(
    messagesPath,
    {
      config,
      schema: {
        ...messageOperations.listMessages,
        tags,
        querystring: MessageListQuery,
        response: answers(200, page(Message)),
      },
    },
    async (request, reply) => {
      const { event, query } = request
      const { tab, q, status, limit = pageLimitDefault, cursor } = query
      const list = ['messages', event.id, tab, q, status]
      const start = startOf(deps.cursors, list, cursor)
      if (start.kind === 'strange') return refuseCursor(reply)

      const [sortKey, id] = start.after ?? []
      const after = sortKey && id ? { sortKey, id } : undefined
      const rows = await listMessages(db, { eventId: event.id, tab, q, status, after, limit: limit + 1 })
      const next = (last: ListedMessage) => deps.cursors.write(list, [last.sortKey, last.id])
      const shown = pageOf(rows, { limit, next, toJson: (row) => row })
      return { ...shown, items: await messagesJson(db, event, shown.items) }
    },
  )

  app.post(
    messagesPath,
    {
      config: { ...config, creates: true },
      schema: { ...messageOperations.createMessage, tags, body: NewMessage, response: answers(201, Message) },
    },
    async (request, reply) => {
      const { event, person, body } = request
      const outcome = await writeMessage(deps, { eventId: event.id, userId: person.id, asked: body })
      if (outcome.kind === 'written') reply.code(201).header('location', `${request.url}/${outcome.message.id}`)
      return answerWritten(deps, request, reply, outcome)
    },
  )

  app.get(messagePath, { ...one, schema: { ...messageOperations.getMessage, ...oneMessage } }, (request, reply) =>
    answerMessage(deps, request, reply, request.params),
  )

  app.patch(
    messagePath,
    { ...one, schema: { ...messageOperations.changeMessage, ...oneMessage, body: MessageChange } },
    async (request, reply) =>
      answerWritten(deps, request, reply, await changeMessage(deps, editingOf(request), request.body)),
  )

  app.post(
    `${messagePath}/send-now`,
    { ...one, schema: { ...messageOperations.sendMessageNow, ...oneMessage } },
    async (request, reply) =>
      answerWritten(deps, request, reply, await changeMessage(deps, editingOf(request), { mode: 'send_now' })),
  )

  app.post(
    `${messagePath}/stop`,
    { ...one, schema: { ...messageOperations.stopMessage, ...oneMessage, body: StopRequest } },
    async (request, reply) =>
      answerWritten(deps, request, reply, await stopMessage(deps, editingOf(request), request.body?.discard ?? false)),
  )

  app.post(
    `${messagePath}/resume`,
    { ...one, schema: { ...messageOperations.resumeMessage, ...oneMessage } },
    async (request, reply) => answerWritten(deps, request, reply, await resumeSending(deps, editingOf(request))),
  )

  app.post(
    `${messagePath}/retry-failed`,
    { ...one, config: repeatable, schema: { ...messageOperations.retryFailed, ...oneMessage, body: RetryRequest } },
    async (request, reply) =>
      answerWritten(deps, request, reply, await retryGuests(deps, editingOf(request), request.body?.guests ?? 'all')),
  )

  app.post(
    `${messagePath}/resolve`,
    {
      ...one,
      config: repeatable,
      schema: { ...messageOperations.resolveUnknown, ...oneMessage, body: ResolveRequest },
    },
    async (request, reply) =>
      answerWritten(deps, request, reply, await resolveUnknown(deps, editingOf(request), request.body)),
  )

  app.delete(
    messagePath,
    { ...one, schema: { ...messageOperations.cancelMessage, tags, params: MessageParams, response: answersNothing } },
    async (request, reply) => {
      const outcome = await endMessage(deps, editingOf(request))
      return outcome.kind === 'refused' ? refuse(reply, outcome.refusal) : reply.code(204).send(null)
    },
  )
}

function editingOf(request: FastifyRequest) {
  const { messageId } = request.params as MessageKey
  return {
    key: { eventId: request.event.id, messageId },
    userId: request.person.id,
    versions: expectedVersions(request),
  }
}

function answerWritten(deps: Deps, request: FastifyRequest, reply: FastifyReply, outcome: Written | Refused) {
  if (outcome.kind === 'refused') return refuse(reply, outcome.refusal)
  return answerMessage(deps, request, reply, { messageId: outcome.message.id })
}

async function answerMessage(
  deps: Deps,
  { event }: FastifyRequest,
  reply: FastifyReply,
  { messageId }: { messageId: string },
) {
  const { db } = deps.database
  const row = await getMessageWithSums(db, { eventId: event.id, messageId })
  if (!row) return refuseAs(reply, refusals.notFound)
  const [message] = await messagesJson(db, event, [row])
  return answerWithEtag(reply, { ...message!, resend: await resendHintOf(deps, event, row) })
}
