import type { Channel } from '../message.ts'
import type { RefusalKind } from './refusal.ts'

export const channelLabels: Record<Channel, string> = { email: 'E-mail', sms: 'SMS', whatsapp: 'WhatsApp' }

export const channelNotConfigured: RefusalKind<{ channel: Channel }> = {
  key: 'channelNotConfigured',
  status: 422,
  type: 'channel-not-configured',
  title: 'This channel is not set up',
  detail: ({ channel }) =>
    `${channelLabels[channel]} is not set up here. Send by e-mail, or ask whoever runs this Tidings.`,
  field: () => '/channel',
}
