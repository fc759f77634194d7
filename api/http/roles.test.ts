import { text as textOf } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLinkSigner } from '../content/tokens.ts'
import { createTestApp, speaker, testConfig, type TestApp } from '../../test/app.ts'
import * as given from '../../test/given.ts'
import { everybody, roleTable, type Everybody } from '../../test/role-table.ts'

let at: TestApp
let cookies: Record<Everybody, string | undefined>
/** What stands in addresses: all of the owner's event. */
let named: Record<string, string>

beforeAll(async () => {
  at = await createTestApp()
  const viewer = await at.signUp('viewer@example.com')
  const editor = await at.signUp('editor@example.com')
  const owner = await at.signUp('owner@example.com')
  const other = await at.signUp('other@example.com')
  await given.event(at.db, { hostId: other.userId })
  const event = await given.event(at.db, { hostId: owner.userId })
  const key = { eventId: event.id }
  await at.db
    .insertInto('eventCollaborators')
    .values([
      { ...key, userId: viewer.userId, role: 'viewer' },
      { ...key, userId: editor.userId, role: 'editor' },
    ])
    .execute()
  const [guest] = await given.guests(at.db, event.id, [{ name: 'Ada' }])
  const message = await given.message(at.db, event.id)
  named = { eventId: event.id, userId: owner.userId, guestId: guest!.id, messageId: message.id }
  const { cookie } = other
  cookies = {
    stranger: undefined,
    viewer: viewer.cookie,
    editor: editor.cookie,
    owner: owner.cookie,
    'other host': cookie,
  }
})
afterAll(() => at.close())

/** Those that end a session or an account come last, or nobody would be there to ask the others. */
const last = ['POST /api/auth/delete-user', 'POST /api/auth/sign-out']
const rows = Object.keys(roleTable).sort((a, b) => last.indexOf(a) - last.indexOf(b))

test('every route has a row, and every row its route', () => {
  const routes = at.app.guarded.filter(({ method }) => method !== 'HEAD').map(({ method, url }) => `${method} ${url}`)

  expect(routes.filter((route) => !roleTable[route])).toEqual([])
  expect(rows.filter((row) => !routes.includes(row))).toEqual([])
})

describe.each(rows)('%s', (row) => {
  test.each(everybody)('asked by a %s', async (who) => {
    const reply = await ask(row, cookies[who])

    const expected = roleTable[row]![who]
    const isOpen = expected === 'in' && roleTable[row]!.stranger === 'in'
    // Signing in and proving an address are open to everybody and answer 401 themselves.
    const refusals = isOpen ? [403, 404] : [401, 403, 404]
    expect(refusals.includes(reply.status) ? reply.status : 'in').toBe(expected)
  })
})

test('a foreign event and one that never was are answered alike, byte for byte', async () => {
  const events = rows.filter((row) => row.includes(':eventId'))
  for (const row of events) {
    const foreign = await ask(row, cookies['other host'])
    const unknown = await ask(row, cookies['other host'], { eventId: '01985f3c-0000-7000-8000-000000000000' })
    const strange = await ask(row, cookies['other host'], { eventId: 'no-id-at-all' })

    expect(new Set([foreign, unknown, strange].map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
  }
})

test('an id of one event is unknown below another', async () => {
  const mine = await given.event(at.db)
  const host = await at.signUp('mixing@example.com')
  await at.db
    .insertInto('eventCollaborators')
    .values({ eventId: mine.id, userId: host.userId, role: 'owner' })
    .execute()

  for (const row of rows.filter((each) => /:(guestId|messageId)/.test(each))) {
    expect((await ask(row, host.cookie, { eventId: mine.id })).status).toBe(404)
  }
})

/** Asks with real ids and a version that nobody has, so that a route behind the guard changes as little as possible. */
function ask(row: string, cookie: string | undefined, others: Record<string, string> = {}) {
  const [method, path] = row.split(' ') as [string, string]
  const values: Record<string, string> = { ...named, token: tokenFor(path), ...others }
  const url = path.replace(/:(\w+)/g, (_, name: string) => values[name]!)
  const isCsv = path.endsWith('/import')
  const headers = { 'if-match': '"999999"', ...(isCsv ? { 'content-type': 'text/csv' } : {}) }
  if (path.endsWith('/stream')) return beginningOf(url, cookie)
  const payload = method === 'GET' || method === 'DELETE' ? undefined : isCsv ? 'name\n' : bodyFor(path)
  return speaker(at.app, cookie).send(method, url, { headers, payload })
}

/** A stream has no end to wait for. */
async function beginningOf(url: string, cookie = '') {
  const reply = await at.app.inject({ method: 'GET', url, headers: { cookie }, payloadAsStream: true })
  const status = reply.statusCode
  if (status !== 200) return { status, text: await textOf(reply.stream()) }
  reply.stream().destroy()
  return { status, text: '' }
}

/** Bodies where an empty one would be taken for somebody else's mistake. */
function bodyFor(path: string) {
  if (path.endsWith('/resolve')) return { deliveries: 'all', as: 'leave' }
  return path.endsWith('/revoke-session') ? { token: 'unknown' } : {}
}

function tokenFor(path: string) {
  const purpose = path.startsWith('/p/') ? 'preferences' : path.startsWith('/u/') ? 'unsubscribe' : 'rsvp'
  return createLinkSigner({ secretKey: testConfig.secretKey }).sign(purpose, named['guestId']!, 1)
}
