import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { refusals } from '../../domain/refusals.ts'
import type { MessageKey } from '../../storage/messages.ts'
import { isUuid } from '../access.ts'
import { refuseAs } from '../problem.ts'

export const messagesPath = '/api/v1/events/:eventId/messages'
export const messagePath = `${messagesPath}/:messageId`

/** Text, not ids: what is no id at all is answered like an id that nobody knows. */
export const MessageParams = Type.Object({ eventId: Type.String(), messageId: Type.String() })

/** Ends the request before its body is looked at when the address cannot be a message's. */
export async function refuseStrangeId(request: FastifyRequest, reply: FastifyReply) {
  const { messageId } = request.params as MessageKey
  if (!isUuid(messageId)) return refuseAs(reply, refusals.notFound)
}
