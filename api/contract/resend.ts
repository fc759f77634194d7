import { Type, type Static } from 'typebox'
import { nullable } from './atoms.ts'
import { Subject } from './message.ts'

/** The words are those that went out; a new subject is all that may differ. */
export const ResendRequest = Type.Optional(
  nullable(
    Type.Object(
      { subject: Type.Optional(Subject) },
      { additionalProperties: false, examples: [{}, { subject: 'In case you missed it: parking' }] },
    ),
  ),
)

/** Whether a message can be sent again to those who have not opened it, and how many mails that would be. */
export const ResendState = Type.Object(
  {
    allowed: Type.Boolean(),
    reason: nullable(Type.String({ description: 'In words, why not' })),
    reasonType: nullable(Type.String({ description: 'The last part of the `type` that POST would refuse with' })),
    availableAt: nullable(Type.String({ format: 'date-time', description: 'A day after it went out' })),
    resentAs: nullable(Type.String({ format: 'uuid', description: 'The message that it was sent again as' })),
    count: Type.Integer({ description: 'Mails that it would be now' }),
    opensKnown: Type.Boolean({
      description:
        'False where neither opens nor clicks were ever reported of it: it then goes to everybody who got it',
    }),
  },
  { $id: 'ResendState' },
)
export type ResendState = Static<typeof ResendState>
