import { expect, test } from 'vitest'
import { hasButton, press, settled, submit, text, type, visit } from '../../test/page.ts'
import * as given from '../../test/given.ts'
import { problem, serve } from '../../test/server.ts'

const path = `/events/${given.eventId}`
const touched = (label: string, oldSendAt: string, newSendAt: string | null) => ({
  ...{ messageId: label, label, oldSendAt, newSendAt },
})

/** Typing into the segments of a date belongs to the browser tests; the zone moves an event just as well. */
async function moveToBerlin(page: Awaited<ReturnType<typeof visit>>): Promise<void> {
  page.getComponent({ name: 'TimezoneSelect' }).vm.$emit('update:modelValue', 'Europe/Berlin')
  await settled()
  await submit('main form')
}

const impact = given.edited({
  timezone: 'Europe/Berlin',
  startsAt: '2027-03-14T17:00:00.000Z',
  moved: [touched('3-day last call', '2027-03-11T14:00:00.000Z', '2027-03-11T08:00:00.000Z')],
  cancelled: [touched('7-day reminder', '2027-03-07T14:00:00.000Z', null)],
})

test('a move is shown with what it does to each message before anything is saved', async () => {
  const { asked } = serve({ [`GET /v1${path}`]: { body: given.event() }, [`PATCH /v1${path}`]: { body: impact } })
  const page = await visit(path)

  await moveToBerlin(page)

  expect(text()).toContain('Move it to Berlin time?')
  expect(text()).toContain('3-day last call')
  expect(text()).toContain('It will be cancelled, not sent late.')
  const edits = asked.filter(({ route }) => route.startsWith('PATCH'))
  expect(edits.map(({ query }) => query)).toEqual([{ dryRun: 'true' }])
})

test('the safe answer saves nothing; the other one does, and can be taken back', async () => {
  const { asked } = serve({ [`GET /v1${path}`]: { body: given.event() }, [`PATCH /v1${path}`]: { body: impact } })
  const page = await visit(path)
  await moveToBerlin(page)

  await press('Keep New York time')
  expect(asked.filter(({ route }) => route.startsWith('PATCH'))).toHaveLength(1)

  await submit('main form')
  await press('Move the event')
  await press('Undo')

  const saved = asked.filter(({ route, query }) => route.startsWith('PATCH') && !query.dryRun)
  expect(saved.map(({ body }) => body)).toEqual([{ timezone: 'Europe/Berlin' }, { timezone: 'America/New_York' }])
})

test('an edit that moves nothing is saved without a question', async () => {
  const { asked } = serve({
    [`GET /v1${path}`]: { body: given.event() },
    [`PATCH /v1${path}`]: { body: given.edited({ venue: 'The pier', version: 4 }) },
  })
  await visit(path)

  await type('Venue', 'The pier')
  await submit('main form')

  expect(asked.at(-1)).toMatchObject({ query: {}, body: { venue: 'The pier' } })
  expect(asked.at(-1)?.headers.get('if-match')).toBe('"3"')
  expect(text()).toContain('Saved.')
})

test('when somebody else was faster, what was typed stays and both ways are open', async () => {
  const server = serve({ [`GET /v1${path}`]: { body: given.event() }, [`PATCH /v1${path}`]: problem(412) })
  await visit(path)
  await type('Venue', 'The pier')
  await submit('main form')
  expect(text()).toContain('Someone else changed this event meanwhile.')

  server.plan({
    [`GET /v1${path}`]: { body: given.event({ name: 'Supper', version: 9 }) },
    [`PATCH /v1${path}`]: { body: given.edited({ name: 'Supper', venue: 'The pier', version: 10 }) },
  })
  await press('Keep mine')

  expect(server.asked.at(-1)?.headers.get('if-match')).toBe('"9"')
  expect(hasButton('Take theirs')).toBe(false)
})
