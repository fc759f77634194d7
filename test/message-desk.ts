import { beforeEach } from 'vitest'
import * as given from './given.ts'
import { at, host, shareAppWithHost } from './hosted-app.ts'

export const now = new Date('2099-05-01T10:00:00Z')
export const later = '2099-05-08T10:00:00.000Z'
export const words = { audience: 'everyone', subject: 'Parking', body: 'Behind the hall.' }

/** The event of the test that runs. */
export let eventId: string

/** A host who writes messages on the first of May 2099. Each test has an event of its own, a month ahead. */
export function shareMessageDesk() {
  shareAppWithHost()
  beforeEach(async () => {
    at.setNow(now)
    eventId = (await given.event(at.db, { hostId: host.userId })).id
  })
}

export const messages = (more = '') => `/events/${eventId}/messages${more}`

/** Writes a message as the host does, a draft unless told otherwise, and answers it. */
export async function create(values: object = {}) {
  const reply = await host.post(messages(), { ...words, mode: 'draft', ...values })
  if (reply.status !== 201) throw new Error(reply.text)
  return reply.body
}
