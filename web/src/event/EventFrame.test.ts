import { expect, test } from 'vitest'
import { hasButton, press, text, visit } from '../../test/page.ts'
import * as given from '../../test/given.ts'
import { problem, serve } from '../../test/server.ts'

const path = `/events/${given.eventId}`
const withRole = (role: 'owner' | 'editor' | 'viewer') => ({
  [`GET /v1${path}`]: { body: given.event({ role }) },
})

test('Communications stands between Collaborators and Branding', async () => {
  serve(withRole('owner'))

  const page = await visit(path)

  const tabs = page.findAll('nav[aria-label=Event] a').map((tab) => tab.text().replace(/\s*\d+$/, ''))
  expect(tabs).toEqual(['Overview', 'Guests', 'Collaborators', 'Communications', 'Branding'])
})

test('the tab that is open says so', async () => {
  serve(withRole('owner'))

  const page = await visit(`${path}/branding`)

  expect(page.get('nav[aria-label=Event] [aria-current=page]').text()).toBe('Branding')
})

test.each([
  ['owner', true, true],
  ['editor', true, true],
  ['viewer', false, false],
] as const)('for an %s there is a form: %s, and a menu: %s', async (role, form, menu) => {
  serve(withRole(role))

  const page = await visit(path)

  expect(page.find('main form').exists()).toBe(form)
  expect(hasButton('More about this event')).toBe(menu)
})

test('an event of somebody else is not there', async () => {
  serve({ [`GET /v1${path}`]: problem(404, { title: 'There is nothing here', detail: 'It is not yours to see.' }) })

  await visit(path)

  expect(text()).toContain('Nothing is here')
  expect(hasButton('Go to your events')).toBe(true)
})

test('a server that is away can be asked again', async () => {
  const server = serve({ [`GET /v1${path}`]: 'nobody' })
  await visit(path)
  expect(text()).toContain('We cannot reach the server')

  server.plan(withRole('owner'))
  await press('Try again')

  expect(text()).toContain('The Long Table')
})
