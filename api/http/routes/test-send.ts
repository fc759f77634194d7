import type { FastifyRequest } from 'fastify'
import { Message } from '../../contract/message.ts'
import { refusals } from '../../domain/refusals.ts'
import { refused, type Refused } from '../../domain/refusals/refusal.ts'
import { announceDue, createMessage, getMessage } from '../../storage/messages.ts'
import { getMessageWithSums } from '../../storage/message-list.ts'
import { transact } from '../../storage/transact.ts'
import { answers } from '../answers.ts'
import type { Deps, Routes } from '../deps.ts'
import { operation } from '../operation.ts'
import { MessageParams, messagePath, refuseStrangeMessage } from '../messages/address.ts'
import { messagesJson } from '../messages/message-json.ts'
import { refuse } from '../problem.ts'
import { accountRate } from '../rate.ts'

/** Enough to read a text, mend it and read it again; too few to fill anybody's mailbox, should an account be stolen. */
const testsPerMinute = 3

export const testSendRoutes: Routes = (app, deps) => {
  app.post(
    `${messagePath}/test-send`,
    {
      config: { access: 'editor', creates: true },
      preValidation: refuseStrangeMessage,
      preHandler: accountRate(app, testsPerMinute),
      schema: {
        ...operation('sendTest', 'Send a message to yourself as a test', `At most ${testsPerMinute} a minute: 429.`),
        tags: ['messages'],
        params: MessageParams,
        response: answers(200, Message),
      },
    },
    async (request, reply) => {
      const outcome = await queueTest(deps, request, request.params.messageId)
      if (outcome.kind === 'refused') return refuse(reply, outcome.refusal)
      const row = await getMessageWithSums(deps.database.db, { eventId: request.event.id, messageId: outcome.id })
      const [message] = await messagesJson(deps.database.db, request.event, [row!])
      return message!
    },
  )
}

/** A message of its own, to whoever asks, which takes the same path as every other mail. */
async function queueTest(
  { database, now }: Deps,
  { event, person }: FastifyRequest,
  messageId: string,
): Promise<{ kind: 'queued'; id: string } | Refused> {
  const message = await getMessage(database.db, { eventId: event.id, messageId })
  if (!message) return refused(refusals.notFound)
  if (message.subject === '') return refused(refusals.subjectEmpty)
  if (message.body === '') return refused(refusals.bodyEmpty)

  const { audience, channel, subject, body } = message
  return transact(database.db, async (tx) => {
    const { id } = await createMessage(tx, {
      ...{ eventId: event.id, audience, channel, subject, body },
      ...{ kind: 'test', recipient: person.email, status: 'scheduled', sendAt: now(), createdBy: person.id },
    })
    await announceDue(tx)
    return { kind: 'queued', id }
  })
}
