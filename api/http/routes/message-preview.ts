import { Preview, PreviewRequest, UnsavedPreviewRequest } from '../../contract/preview.ts'
import { readAudience, type AudienceKey } from '../../domain/audiences.ts'
import type { FrozenContent } from '../../domain/content.ts'
import { isOpen } from '../../domain/message.ts'
import { refusals } from '../../domain/refusals.ts'
import { getMessage, type MessageRow } from '../../storage/messages.ts'
import { answers } from '../answers.ts'
import type { Routes } from '../deps.ts'
import { operation } from '../operation.ts'
import { takeNothingAsEmpty } from '../json-body.ts'
import { MessageParams, messagePath, messagesPath, refuseStrangeMessage } from '../messages/address.ts'
import { previewMessage, type Draft } from '../messages/preview.ts'
import { refuse, refuseAs } from '../problem.ts'

const tags = ['messages']
const config = { access: 'editor' } as const
const response = answers(200, Preview)

export const messagePreviewRoutes: Routes = (app, deps) => {
  app.post(
    `${messagesPath}/preview`,
    {
      config,
      schema: {
        ...operation('previewDraft', 'See unsaved words as a guest would'),
        tags,
        body: UnsavedPreviewRequest,
        response,
      },
    },
    async ({ event, body }, reply) => {
      const { audience = 'everyone', kind = 'broadcast', subject, guestId } = body
      const keys = readAudience(audience)
      if (!keys.ok) return refuseAs(reply, refusals.audienceUnknown, keys)

      const draft: Draft = { kind, audience: keys.value, subject, body: body.body }
      const outcome = await previewMessage(deps, event, draft, guestId)
      return outcome.kind === 'refused' ? refuse(reply, outcome.refusal) : outcome.preview
    },
  )

  app.post(
    `${messagePath}/preview`,
    {
      config,
      preValidation: [refuseStrangeMessage, takeNothingAsEmpty],
      schema: {
        ...operation('previewMessage', 'See a message as a guest would'),
        tags,
        params: MessageParams,
        body: PreviewRequest,
        response,
      },
    },
    async ({ event, params, body }, reply) => {
      const message = await getMessage(deps.database.db, { eventId: event.id, messageId: params.messageId })
      if (!message) return refuseAs(reply, refusals.notFound)

      const { guestId, ...words } = body
      const outcome = await previewMessage(deps, event, draftOf(message, words), guestId)
      return outcome.kind === 'refused' ? refuse(reply, outcome.refusal) : outcome.preview
    },
  )
}

/** What has fired is shown as it was; what is open, with the words that are being written. */
function draftOf(message: MessageRow, words: { subject?: string; body?: string }): Draft {
  const { id: messageId, kind, status, subject, body, content, resendOf: unopenedOf } = message
  const audience = message.audience as AudienceKey[]
  const stored = { kind, audience, subject, body, unopenedOf }
  if (!isOpen(status) && content) {
    return { ...stored, fired: { messageId, content: content as unknown as FrozenContent } }
  }
  return { ...stored, ...words }
}
