import { Type } from 'typebox'
import { ChannelState } from '../../contract/lists.ts'
import { channels } from '../../domain/message.ts'
import { channelLabels } from '../../domain/refusals/channel-not-configured.ts'
import { answers } from '../answers.ts'
import type { Routes } from '../deps.ts'
import { operation } from '../operation.ts'
import { configuredChannels } from '../messages/plan.ts'

/** What a host can choose from. Channels without a provider are shown, so that nobody looks for them. */
export const channelRoutes: Routes = (app, { provider }) => {
  app.get(
    '/api/v1/channels',
    {
      config: { access: 'signedIn' },
      schema: {
        ...operation(
          'listChannels',
          'List the ways to reach guests',
          'Channels that nobody set up here are listed too, and say so.',
        ),
        tags: ['messages'],
        response: answers(200, Type.Object({ items: Type.Array(ChannelState) })),
      },
    },
    async () => ({
      items: channels.map((key) => {
        const configured = configuredChannels.includes(key)
        const reason = configured ? `Sent through ${provider.label}.` : 'Not set up here yet.'
        return { key, label: channelLabels[key], configured, reason }
      }),
    }),
  )
}
