import { ApiRefusal, type ApiClient } from './client.ts'
import { demoDraft, demoEvent } from './event.ts'
import { demoGuestsCsv } from './guests.ts'
import { demoHost } from './host.ts'

type Page<T> = { items: T[] }

/**
 * Makes the demo host, event, guests and draft through the public API, as a person would. Each step looks first whether it is done, so
 * a start that was broken off goes on where it stopped.
 * @returns false when the host's account exists with another password: then nothing is touched.
 */
export async function seedDemo(api: ApiClient, password: string, now: Date): Promise<boolean> {
  if (!(await signIn(api, password))) return false
  const { items: events } = await api.get<Page<{ id: string }>>('/api/v1/events')
  // Off for everybody else. Here nobody is watched but who tries it, and would like to see what a mail came to.
  if (events.length === 0) await api.patch('/api/v1/account/settings', { trackOpens: true, trackClicks: true })
  const event = events[0] ?? (await api.post<{ id: string }>('/api/v1/events', demoEvent(now)))
  const path = `/api/v1/events/${event.id}`
  const { items: guests } = await api.get<Page<unknown>>(`${path}/guests?limit=1`)
  if (guests.length === 0) await api.postCsv(`${path}/guests/import`, demoGuestsCsv)
  const { items: messages } = await api.get<Page<{ kind: string }>>(`${path}/messages`)
  if (!messages.some(({ kind }) => kind === 'broadcast')) await api.post(`${path}/messages`, demoDraft)
  return true
}

/** Signs up the first time, in after that. */
async function signIn(api: ApiClient, password: string): Promise<boolean> {
  const { email, name } = demoHost
  if (await accepted(() => api.post('/api/auth/sign-in/email', { email, password }))) return true
  return accepted(() => api.post('/api/auth/sign-up/email', { name, email, password }))
}

async function accepted(attempt: () => Promise<unknown>): Promise<boolean> {
  try {
    await attempt()
    return true
  } catch (error) {
    // 401, 409 and 422 are answers; anything else is a fault that the person at the terminal should see.
    if (error instanceof ApiRefusal && [401, 409, 422].includes(error.status)) return false
    throw error
  }
}
