import { Type, type Static } from 'typebox'
import { Instant, nullable } from '../atoms.ts'

/** What one provider has reported of late. */
export const WebhookState = Type.Object(
  {
    provider: Type.String(),
    label: Type.String(),
    lastReceivedAt: nullable(Instant),
    receivedLastHour: Type.Integer(),
    waiting: Type.Integer(),
    oldestWaitingAt: nullable(Instant),
    unprocessableLastDay: Type.Integer(),
  },
  { $id: 'WebhookState' },
)
export type WebhookState = Static<typeof WebhookState>

export const Webhooks = Type.Object(
  {
    items: Type.Array(WebhookState),
    lookedAt: Type.Integer({
      description:
        'Only the newest so many reports were looked at: figures of the last hour may be more, and a last report older',
    }),
    complete: Type.Boolean({ description: 'Whether they reach back an hour' }),
  },
  { $id: 'Webhooks' },
)
export type Webhooks = Static<typeof Webhooks>
