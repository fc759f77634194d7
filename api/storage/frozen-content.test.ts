import { describe, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { messageKinds, type MessageKind } from '../domain/message.ts'
import type { TrackingChoice } from '../domain/tracking.ts'
import { freezeContent } from './frozen-content.ts'

const from = { name: 'Tidings', address: 'events@example.org' }

test('what fires is copied whole, and reads back from the table as it was', async () => {
  const { db } = await cloneDatabase()
  const host = await given.host(db, { name: 'Rosa' })
  const event = await given.event(db, { hostId: host.id, branding: { color: '#aa3300' } })
  const message = await given.message(db, event.id, { subject: 'Bring a coat', body: 'It is cold.' })

  const frozen = freezeContent({
    message,
    event,
    host,
    from,
    publicUrl: 'https://tidings.example.org',
    firedAt: new Date('2099-05-25T07:00:00.500Z'),
  })

  expect(JSON.parse(JSON.stringify(frozen))).toEqual({
    layoutVersion: expect.any(Number),
    kind: 'broadcast',
    subject: 'Bring a coat',
    body: 'It is cold.',
    event: {
      id: event.id,
      name: 'Summer dinner',
      localStart: '2099-06-01T18:00',
      timezone: 'Europe/Berlin',
      startsAt: '2099-06-01T16:00:00.000Z',
      venue: 'The Old Mill',
      branding: { color: '#aa3300' },
    },
    host: { name: 'Rosa', email: host.email },
    from,
    publicUrl: 'https://tidings.example.org',
    firedAt: '2099-05-25T07:00:00.500Z',
  })
})

test('an event that is called off is frozen as such', async () => {
  const { db } = await cloneDatabase()
  const event = await given.event(db, { status: 'cancelled', cancelledAt: new Date() })
  const message = await given.message(db, event.id, { kind: 'notice' })
  const host = { name: 'Rosa', email: 'rosa@example.org' }

  const frozen = freezeContent({ message, event, host, from, publicUrl: '', firedAt: new Date() })

  expect(frozen.event.cancelled).toBe(true)
})

describe('what a host wants to know of guests', () => {
  const event = {
    ...{ id: '0198c5a2-7a10-7cc3-9b1f-00000000e0e0', name: 'Dinner', status: 'published' as const, branding: {} },
    ...{
      localStart: '2099-06-01T18:00',
      localEnd: null,
      timezone: 'Europe/Berlin',
      startsAt: new Date(),
      endsAt: null,
    },
    ...{ venue: null, description: null },
  }
  const host = { name: 'Rosa', email: 'rosa@example.org' }
  const body = '[Menu](https://menu.example/), https://map.example/ and [menu](https://menu.example/)'
  const both = { trackOpens: true, trackClicks: true }
  const freeze = (tracking?: TrackingChoice, kind: MessageKind = 'broadcast') =>
    freezeContent({
      ...{ message: { kind, subject: 'S', body }, event, host, from, publicUrl: 'https://tidings.example.org' },
      ...{ firedAt: new Date(0), tracking },
    })

  test('is frozen with the words, each address once', () => {
    expect(freeze(both).tracking).toEqual({ opens: true, links: ['https://menu.example/', 'https://map.example/'] })
    expect(freeze({ ...both, trackClicks: false }).tracking).toEqual({ opens: true, links: [] })
    expect(freeze({ ...both, trackOpens: false }).tracking).toMatchObject({ opens: false })
  })

  test('is not there at all when it is nothing', () => {
    const off = JSON.stringify(freeze({ trackOpens: false, trackClicks: false }))

    expect(off).toBe(JSON.stringify(freeze()))
    expect(off).not.toContain('tracking')
  })

  test.each(messageKinds)('is asked of a %s, or not', (kind) => {
    expect(freeze(both, kind).tracking !== undefined).toBe(['broadcast', 'reminder', 'resend'].includes(kind))
  })
})
