import { Type } from 'typebox'
import { refuseStrange } from '../access.ts'

export const messagesPath = '/api/v1/events/:eventId/messages'
export const messagePath = `${messagesPath}/:messageId`

/** Text, not ids: what is no id at all is answered like an id that nobody knows. */
export const MessageParams = Type.Object({ eventId: Type.String(), messageId: Type.String() })

export const refuseStrangeMessage = refuseStrange('messageId')
