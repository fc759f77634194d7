const timezone = 'America/New_York'

/** Nine days ahead: the 7-day reminder is two days away, so the run-up shows all four. */
const daysAhead = 9

/** The demo's event, as a host would post it. */
export function demoEvent(now: Date) {
  const day = dateInZone(now, timezone, daysAhead)
  return {
    name: 'The Long Table',
    localStart: `${day}T18:00`,
    localEnd: `${day}T22:00`,
    timezone,
    venue: 'Red Hook Boathouse, Brooklyn',
    description:
      'One long table by the water, four courses, and whoever sits next to you. Come hungry, bring a layer: the breeze is real.',
    capacity: 60,
    branding: { color: '#1f5a46' },
  }
}

/** Written, not sent: the first thing to try. */
export const demoDraft = {
  audience: ['attending', 'maybe'],
  channel: 'email',
  subject: 'At {{venue}}: parking and what to bring',
  body: `Hi {{guest_name|there}},

{{event_name}} starts at **six sharp** on {{event_date}} at {{venue}}. The river breeze is real, so bring a layer.

- Street parking is free; the lot by the pier fills by 17:30.
- Flat shoes, please. The dock has gaps.
- No car? [The ferry](https://www.ferry.nyc/) lands two streets away.

Plans changed? [Update your answer]({{rsvp_link}}).
`,
  mode: 'draft',
}

function dateInZone(now: Date, timeZone: string, plusDays: number): string {
  // The Swedish locale writes dates as ISO 8601 does.
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone }).format(now)
  const day = new Date(`${today}T00:00:00Z`)
  day.setUTCDate(day.getUTCDate() + plusDays)
  return day.toISOString().slice(0, 10)
}
