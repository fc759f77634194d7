import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import * as given from '../../test/given.ts'
import { fakeSockets, openTo } from '../../test/live.ts'
import { press as pressNow, settled, text, visit } from '../../test/page.ts'
import { serve } from '../../test/server.ts'

const api = `/v1/events/${given.eventId}`
const stats = (change: object = {}) => ({ ...given.event().stats, ...change })
const frame = (change: object = {}, at = '2027-03-02T19:00:01.000Z') => ({
  ...{ type: 'event', eventId: given.eventId, at },
  stats: stats(change),
})
const ada = given.guest()
const bo = given.guest({ id: 'guest-bo', name: 'Bo Lindqvist', email: 'bo@example.com' })

beforeEach(() => void vi.useFakeTimers({ now: new Date('2027-03-02T19:00:10Z'), toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

function press(name: string | RegExp): Promise<void> {
  vi.setSystemTime(Date.now() + 20)
  return pressNow(name)
}

async function page(path = '/guests') {
  const server = serve({
    [`GET ${api}`]: { body: given.event() },
    [`GET ${api}/stats`]: { body: stats() },
    [`GET ${api}/guests`]: { body: { items: [ada, bo], nextCursor: null } },
  })
  await visit(`/events/${given.eventId}${path}`, { sockets: fakeSockets })
  const [line] = openTo(`/events/${given.eventId}`)
  line!.open()
  return { server, line: line! }
}

const card = (label: string) =>
  [...document.querySelectorAll('[aria-label="Filter by answer"] > *')].find((each) =>
    each.textContent?.includes(label),
  )?.textContent
const rowOf = (name: string) =>
  [...document.querySelectorAll('tbody tr')].find((row) => row.textContent?.includes(name)) as HTMLElement

test('six cards move as guests answer', async () => {
  const { line } = await page()

  line.say(frame({ invited: 9, attending: 4, maybe: 1, pending: 2, declined: 2, unsubscribed: 3 }))
  await settled()

  expect(card('Invited')).toContain('9')
  expect(card('Attending')).toContain('4')
  expect(card('Maybe')).toContain('1')
  expect(card('Pending')).toContain('2')
  expect(card('Declined')).toContain('2')
  expect(card('Unsubscribed')).toContain('3')
  expect(text()).toContain('Live')
})

test('a guest who answers changes in the list and is marked; the others, and an open drawer, stay', async () => {
  const { server, line } = await page()
  await press('Ada Brandt')
  const [before, drawer] = [rowOf('Ada Brandt'), document.querySelector('[role=dialog]')]
  const answered = { ...bo, rsvpStatus: 'attending' as const, respondedAt: '2027-03-02T19:00:01.000Z' }
  server.plan({ [`GET ${api}/guests`]: { body: { items: [ada, answered], nextCursor: null } } })

  line.say(frame({ attending: 2, pending: 0 }))
  await settled()

  expect(rowOf('Bo Lindqvist').textContent).toContain('Attending')
  expect(rowOf('Bo Lindqvist').className).toContain('has-changed')
  expect(rowOf('Ada Brandt')).toBe(before)
  expect(before.className).not.toContain('has-changed')
  expect(document.querySelector('[role=dialog]')).toBe(drawer)
})

test('two answers that cancel each other out are seen all the same', async () => {
  const { server, line } = await page()
  const asked = server.asked.length

  line.say(frame())
  await settled()

  expect(server.asked.slice(asked).map(({ route }) => route)).toEqual([`GET ${api}/guests`])
})

test('while the line is away the numbers are polled, and an older frame changes nothing', async () => {
  const { server, line } = await page()
  line.say(frame({ attending: 5 }, '2027-03-02T19:00:05.000Z'))
  line.say(frame({ attending: 3 }, '2027-03-02T19:00:04.000Z'))
  await settled()
  expect(card('Attending')).toContain('5')

  server.plan({ [`GET ${api}/stats`]: { body: stats({ attending: 6 }) } })
  line.drop()
  await settled()

  expect(text()).toContain('Polling')
  expect(card('Attending')).toContain('6')
})

test('the overview counts along', async () => {
  const { line } = await page('')

  line.say(frame({ invited: 9, attending: 4, unsubscribed: 3 }))
  await settled()

  expect(text()).toMatch(/Unsubscribed ?3/)
  expect(text()).toContain('9 invited')
})

test('leaving the event shuts its line', async () => {
  const { line } = await page()

  await press('Events')

  expect(line.isClosed).toBe(true)
})
