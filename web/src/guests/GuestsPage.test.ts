import { expect, test } from 'vitest'
import { button, field, hasButton, press, settled, submit, text, type, visit } from '../../test/page.ts'
import * as given from '../../test/given.ts'
import { problem, serve } from '../../test/server.ts'

const path = `/events/${given.eventId}`

function guestList(role: 'owner' | 'viewer' = 'owner', guests = [given.guest()]) {
  return {
    [`GET /v1${path}`]: { body: given.event({ role }) },
    [`GET /v1${path}/stats`]: { body: given.event().stats },
    [`GET /v1${path}/guests`]: { body: { items: guests, nextCursor: null } },
    [`GET /v1${path}/guests/guest-ada`]: { body: { ...given.guest(), bouncedAt: null } },
  }
}

test('a viewer sees the guests and no way to change them', async () => {
  serve(guestList('viewer', [given.guest({ rsvpUrl: undefined })]))

  await visit(`${path}/guests`)

  expect(text()).toContain('Ada Brandt')
  expect(hasButton('Export')).toBe(true)
  for (const name of ['Add guest', 'Import CSV', 'More about Ada Brandt', 'Ada Brandt', /personal link/]) {
    expect(hasButton(name)).toBe(false)
  }
})

test('a card filters, and the filter is in the address', async () => {
  const { asked } = serve(guestList())
  const page = await visit(`${path}/guests`)

  await press(/^Pending/)

  expect(asked.at(-1)?.query).toMatchObject({ status: 'pending' })
  expect(button(/^Pending/).getAttribute('aria-pressed')).toBe('true')
  expect(page.vm.$route.query).toEqual({ status: 'pending' })
})

test('an empty list says what to do, to whoever may', async () => {
  const nobody = { ...given.event().stats, invited: 0 }
  serve({ ...guestList('owner', []), [`GET /v1${path}`]: { body: given.event({ stats: nobody }) } })

  await visit(`${path}/guests`)

  expect(text()).toContain('Nobody is invited yet')
  expect(hasButton('Import a list')).toBe(true)
})

test('a guest needs a name or an address, and the server’s no stands at its field', async () => {
  const taken = 'ada@brandt.studio belongs to another guest.'
  const { asked } = serve({
    ...guestList(),
    [`POST /v1${path}/guests`]: problem(422, { detail: taken, errors: [{ field: '/email', message: taken }] }),
  })
  await visit(`${path}/guests`)
  await press('Add guest')

  await submit('#guest-form')
  expect(text()).toContain('A guest needs a name or an e-mail address.')
  expect(asked.some(({ route }) => route.startsWith('POST'))).toBe(false)

  await type('E-mail', 'ada@brandt.studio')
  await submit('#guest-form')
  expect(text()).toContain(taken)
  expect(field('E-mail').getAttribute('aria-invalid')).toBe('true')
})

test('a new guest is on the list at once', async () => {
  const { asked } = serve({
    ...guestList(),
    [`POST /v1${path}/guests`]: { status: 201, body: given.guest({ id: 'guest-bea', name: 'Bea Lindqvist' }) },
  })
  await visit(`${path}/guests`)
  await press('Add guest')
  await type('Name', 'Bea Lindqvist')
  await type('Tags', 'Boat club, , Boat club')

  await submit('#guest-form')

  expect(asked.find(({ route }) => route.startsWith('POST'))?.body).toMatchObject({
    name: 'Bea Lindqvist',
    email: null,
    tags: ['Boat club'],
  })
  expect(hasButton('Bea Lindqvist')).toBe(true)
  expect(text()).toContain('No mail was sent.')
})

test('a search waits for a pause in typing', async () => {
  const { asked } = serve(guestList())
  const page = await visit(`${path}/guests`)

  const search = page.get('input[type=search]')
  await search.setValue('ad')
  await search.setValue('ada')
  await expect.poll(() => asked.at(-1)?.query.q).toBe('ada')
  await settled()

  expect(asked.map(({ query }) => query.q)).not.toContain('ad')
})

test('an address that bounced says so, and can be tried again', async () => {
  const bouncedAt = '2027-02-01T12:00:00.000Z'
  const { asked } = serve({
    ...guestList(),
    [`GET /v1${path}/guests/guest-ada`]: { body: { ...given.guest(), bouncedAt } },
    [`DELETE /v1${path}/guests/guest-ada/suppression`]: { status: 204 },
  })
  await visit(`${path}/guests`)
  await press('Ada Brandt')
  expect(text()).toContain('Mails to this address bounced on')

  await press('Try this address again')

  expect(asked.at(-1)?.route).toBe(`DELETE /v1${path}/guests/guest-ada/suppression`)
  expect(text()).toContain('The next message goes to this address again.')
  expect(hasButton('Try this address again')).toBe(false)
})

test('after a dialog, the focus is back on what opened it', async () => {
  serve(guestList())
  await visit(`${path}/guests`)
  button('Ada Brandt').focus()
  await press('Ada Brandt')
  expect(document.activeElement?.closest('[role=dialog]')).not.toBeNull()

  await press('Close')

  await expect.poll(() => document.activeElement).toBe(button('Ada Brandt'))
})
