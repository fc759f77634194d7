import { Type, type Static } from 'typebox'
import { channels } from '../domain/message.ts'
import { nullable, oneOf } from './atoms.ts'

// What a composer offers to choose from.

export const Audience = Type.Object(
  { key: Type.String(), label: Type.String(), statuses: Type.Array(Type.String()) },
  { $id: 'Audience' },
)
export type Audience = Static<typeof Audience>

export const Placeholder = Type.Object(
  { token: Type.String(), label: Type.String(), example: Type.String(), fallback: nullable(Type.String()) },
  { $id: 'Placeholder' },
)
export type Placeholder = Static<typeof Placeholder>

export const ChannelState = Type.Object(
  { key: oneOf(channels), label: Type.String(), configured: Type.Boolean(), reason: nullable(Type.String()) },
  { $id: 'ChannelState' },
)
export type ChannelState = Static<typeof ChannelState>
