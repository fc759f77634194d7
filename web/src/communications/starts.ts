import { CircleQuestionMark, MapPin, ShoppingBag } from '@lucide/vue'
import type { Component } from 'vue'
import type { Event } from '../../../api/contract/event.ts'
import type { Start } from './compose/form.ts'
import { messagePlace } from './places.ts'

/** A beginning for somebody who has something to say and no words yet. Its text is meant to be written over. */
export type StartingPoint = { key: string; title: string; text: string; icon: Component; start: Start }

export const startingPoints: readonly StartingPoint[] = [
  {
    key: 'how-to-get-here',
    title: 'How to get here',
    text: 'The door, the parking, the last train',
    icon: MapPin,
    start: {
      audience: ['attending', 'maybe'],
      subject: 'How to get to {{event_name}}',
      body: `Hello {{guest_name|there}},

we meet at {{venue}}, {{event_date}}.

- The door:
- Parking:
- The last train home:

If your plans have changed, tell us here: {{rsvp_link}}`,
    },
  },
  {
    key: 'what-to-bring',
    title: 'What to bring',
    text: 'A list that fits on a phone',
    icon: ShoppingBag,
    start: {
      audience: ['attending', 'maybe'],
      subject: 'What to bring to {{event_name}}',
      body: `Hello {{guest_name|there}},

{{event_name}} is close: {{event_date}}. Please bring

- something warm
-

Everything else is here. If your plans have changed: {{rsvp_link}}`,
    },
  },
  {
    key: 'one-question',
    title: 'One question',
    text: 'Ask something, answers come by mail',
    icon: CircleQuestionMark,
    start: {
      audience: ['attending'],
      subject: 'One question about {{event_name}}',
      body: `Hello {{guest_name|there}},

one question before {{event_date}}:



A short reply to this mail is enough. Thank you.`,
    },
  },
]

/** What guests must hear when the event itself has changed. They begin as notices, and not in the list above. */
const notices: Record<string, Start> = {
  'called-off': {
    kind: 'notice',
    audience: ['everyone'],
    subject: '{{event_name}} is called off',
    body: `Hello {{guest_name|there}},

we are sorry: {{event_name}} on {{event_date}} does not take place.

`,
  },
  changed: {
    kind: 'notice',
    audience: ['everyone'],
    subject: 'Changed: {{event_name}}',
    body: `Hello {{guest_name|there}},

something has changed. {{event_name}} now takes place on {{event_date}}, at {{venue}}.

Can you still make it? {{rsvp_link}}`,
  },
}

/** Where a host tells guests what has become of the event. */
export const tellGuests = (event: Pick<Event, 'status'>) =>
  messagePlace('new', { begin: event.status === 'cancelled' ? 'called-off' : 'changed' })

export function findStart(key: unknown): Start | undefined {
  return startingPoints.find((one) => one.key === key)?.start ?? (typeof key === 'string' ? notices[key] : undefined)
}
