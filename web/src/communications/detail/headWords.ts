import type { Audience, ChannelState } from '../../../../api/contract/lists.ts'
import type { Message } from '../../../../api/contract/message.ts'
import { longDay, clock } from '../../time/words.ts'
import { cityOf } from '../../time/zones.ts'
import { audienceWords } from '../words.ts'

/** "E-mail to attending, maybe. Sent Fri 26 February 2027, 14:02, New York" */
export function headWords(
  message: Message,
  zone: string,
  audiences: readonly Audience[],
  channels: readonly ChannelState[],
): string {
  const channel = channels.find(({ key }) => key === message.channel)?.label ?? 'E-mail'
  const to = `${channel} to ${audienceWords(message.audience, audiences)}.`
  const [verb, at] = moment(message)
  return at ? `${to} ${verb} ${longDay(at, zone)}, ${clock(at, zone)}, ${cityOf(zone)}` : to
}

function moment({ status, sendAt, firedAt, finishedAt, cancelledAt }: Message): [verb: string, at: string | null] {
  if (status === 'cancelled') return ['Cancelled', cancelledAt]
  if (status === 'sending') return ['Started', firedAt]
  if (status === 'failed') return ['Failed', finishedAt ?? firedAt]
  return status === 'sent' ? ['Sent', firedAt] : ['Goes out', sendAt]
}
