import type { EventRow } from '../../storage/events.ts'

type Calendared = Pick<EventRow, 'name' | 'startsAt' | 'endsAt' | 'venue'>

/** An event whose end nobody said is entered as two hours; calendars want an end. */
const usualLengthMs = 2 * 3_600_000

/** Pages of others, where the guest adds the event by hand. They are links and are only opened by the guest. */
const pages: readonly { label: string; url: (event: Calendared, from: Date, to: Date) => string }[] = [
  {
    label: 'Google',
    url: ({ name, venue }, from, to) =>
      address('https://calendar.google.com/calendar/render', {
        action: 'TEMPLATE',
        text: name,
        dates: `${compact(from)}/${compact(to)}`,
        location: venue ?? '',
      }),
  },
  {
    label: 'Outlook',
    url: ({ name, venue }, from, to) =>
      address('https://outlook.live.com/calendar/0/deeplink/compose', {
        path: '/calendar/action/compose',
        rru: 'addevent',
        subject: name,
        startdt: from.toISOString(),
        enddt: to.toISOString(),
        location: venue ?? '',
      }),
  },
]

const map = {
  label: 'Map',
  url: ({ venue }: Calendared) => address('https://www.openstreetmap.org/search', { query: venue ?? '' }),
}

export function calendarLinks(event: Calendared): { label: string; url: string }[] {
  const { startsAt, endsAt, venue } = event
  const to = endsAt ?? new Date(startsAt.getTime() + usualLengthMs)
  const shown = venue ? [...pages, map] : pages
  return shown.map(({ label, url }) => ({ label, url: url(event, startsAt, to) }))
}

function address(base: string, query: Record<string, string>): string {
  return `${base}?${new URLSearchParams(query)}`
}

/** 20270314T220000Z */
function compact(instant: Date): string {
  return instant.toISOString().replace(/[-:]|\.\d{3}/g, '')
}
