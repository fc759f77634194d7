import { Message } from '../../contract/message.ts'
import { ResendRequest, ResendState } from '../../contract/resend.ts'
import { refusals } from '../../domain/refusals.ts'
import { getMessageWithSums } from '../../storage/message-list.ts'
import { answers } from '../answers.ts'
import type { Routes } from '../deps.ts'
import { operation } from '../operation.ts'
import { answerWithEtag, expectedVersions } from '../etag.ts'
import { MessageParams, messagePath, messagesPath, refuseStrangeMessage } from '../messages/address.ts'
import { messagesJson } from '../messages/message-json.ts'
import { resendMessage, resendStateOf } from '../messages/resend.ts'
import { refuse, refuseAs } from '../problem.ts'

const address = `${messagePath}/resend`
const shared = { tags: ['messages'], params: MessageParams }

/** A message is sent again, once and after a day, to those who have not opened it. */
export const resendRoutes: Routes = (app, deps) => {
  const { db } = deps.database

  app.get(
    address,
    {
      config: { access: 'viewer' },
      preValidation: refuseStrangeMessage,
      schema: {
        ...operation('getResend', 'Read whether a message can be sent again'),
        ...shared,
        response: answers(200, ResendState),
      },
    },
    async ({ event, params }, reply) =>
      (await resendStateOf(deps, event, { eventId: event.id, messageId: params.messageId })) ??
      refuseAs(reply, refusals.notFound),
  )

  app.post(
    address,
    {
      config: { access: 'editor', creates: true },
      preValidation: refuseStrangeMessage,
      schema: {
        ...operation(
          'resendMessage',
          'Send again to those who have not opened it',
          'Once, and a day after the first: else 409 or 422, and the answer says when.',
        ),
        ...shared,
        body: ResendRequest,
        response: answers(201, Message),
      },
    },
    async (request, reply) => {
      const { event, person, params } = request
      const outcome = await resendMessage(
        deps,
        {
          key: { eventId: event.id, messageId: params.messageId },
          userId: person.id,
          versions: expectedVersions(request),
        },
        request.body ?? {},
      )
      if (outcome.kind === 'refused') return refuse(reply, outcome.refusal)

      const messageId = outcome.message.id
      const row = await getMessageWithSums(db, { eventId: event.id, messageId })
      const [message] = await messagesJson(db, event, [row!])
      reply.code(201).header('location', `${messagesPath.replace(':eventId', event.id)}/${messageId}`)
      return answerWithEtag(reply, message!)
    },
  )
}
