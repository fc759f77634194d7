import { afterAll, beforeAll, expect, test } from 'vitest'
import { cookiesOf, createTestApp, passwordOf, speaker, type Reply, type TestApp } from '../../test/app.ts'
import * as given from '../../test/given.ts'

let at: TestApp
beforeAll(async () => void (at = await createTestApp()))
afterAll(() => at.close())

const auth = (path: string, payload: object, cookie?: string) =>
  speaker(at.app, cookie).send('POST', `/api/auth${path}`, { payload })

const signIn = (email: string, password = passwordOf(email)) => auth('/sign-in/email', { email, password })

const sessionOf = async (reply: Reply | string) => {
  const cookie = typeof reply === 'string' ? reply : cookiesOf(reply)
  return (await speaker(at.app, cookie).send('GET', '/api/auth/get-session')).body
}

/** Account mails are sent in the background; this is the last one once it has arrived. */
async function lastMail() {
  for (let i = 0; at.mails.length === 0 && i < 100; i++) await new Promise((wake) => setTimeout(wake, 10))
  const mail = at.mails.at(-1)!
  at.mails.length = 0
  return { ...mail.parts(), to: mail.envelope.to, mime: mail.mime() }
}

test('a new account is signed in with a cookie that only this site and no script gets', async () => {
  const reply = await auth('/sign-up/email', { name: 'Amina', email: 'New@Example.com', password: 'correct horse' })

  expect(reply.status).toBe(200)
  const [cookie] = [reply.headers['set-cookie'] ?? []].flat()
  expect(cookie).toMatch(/^__Host-[^;]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
  expect((await sessionOf(reply)).user).toMatchObject({ name: 'Amina', email: 'new@example.com' })
})

test.each(['correct horse battery staple', ' a space at both ends ', '🐎🔋📎 and more', 'x'.repeat(200)])(
  'the password %j is taken as it is',
  async (password) => {
    const email = `${Buffer.from(password).toString('hex').slice(0, 20)}@example.com`
    await auth('/sign-up/email', { name: 'Bo', email, password })

    expect((await signIn(email, password)).status).toBe(200)
    expect((await signIn(email, password.slice(0, -1))).status).toBe(401)
  },
)

test('a hash names its own cost, so that raising the cost leaves old passwords valid', async () => {
  const { userId } = await at.signUp('hash@example.com')

  const { password } = await at.db
    .selectFrom('accounts')
    .select('password')
    .where('userId', '=', userId)
    .executeTakeFirstOrThrow()

  expect(password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})

test.each([
  ['too short', { password: 'seven77' }],
  ['a file', { password: 'x'.repeat(201) }],
  ['no address', { email: 'not an address' }],
])('a sign-up with %s is refused as a problem that the web can read', async (_, wrong) => {
  const good = { name: 'Bo', email: 'refused@example.com', password: 'long enough' }

  const reply = await auth('/sign-up/email', { ...good, ...wrong })

  expect(reply.headers['content-type']).toContain('application/problem+json')
  expect(reply.body).toMatchObject({ status: 400, code: expect.any(String), message: expect.any(String) })
  expect(reply.body.type).toMatch(/^urn:tidings:problem:[a-z-]+$/)
})

test('a known and an unknown address hear the same, at sign-in and at reset', async () => {
  await at.signUp('known@example.com')

  const signIns = [
    await signIn('known@example.com', 'wrong password'),
    await signIn('unknown@example.com', 'wrong one'),
  ]
  const resets = [
    await auth('/request-password-reset', { email: 'known@example.com' }),
    await auth('/request-password-reset', { email: 'unknown@example.com' }),
  ]

  expect(signIns[0]!.text).toBe(signIns[1]!.text)
  expect(signIns[0]!.status).toBe(401)
  expect(resets[0]!.text).toBe(resets[1]!.text)
  expect((await lastMail()).to).toBe('known@example.com')
})

test('a reset link works once, by a press and not by being opened, and ends every session', async () => {
  const before = await at.signUp('forgot@example.com')
  await auth('/request-password-reset', { email: before.email })
  const mail = await lastMail()
  const [url, token] = /https:\/\/tidings\.test\/reset-password\?token=([\w-]+)/.exec(mail.text) ?? []
  expect(mail).toMatchObject({ to: before.email, subject: 'Choose a new password' })
  expect(mail.mime).toMatch(/\r\nSubject: Choose a new password\r\n/)

  await at.stranger.send('GET', url!.replace('https://tidings.test', ''))
  const first = await auth('/reset-password', { token, newPassword: 'a new password' })
  const second = await auth('/reset-password', { token, newPassword: 'another password' })

  expect([first.status, second.status]).toEqual([200, 400])
  expect((await signIn(before.email, 'a new password')).status).toBe(200)
  expect(await sessionOf(before.cookie)).toBeNull()
  expect((await lastMail()).subject).toBe('Your password was changed')
})

test('the token of a reset mail cannot be read from the database', async () => {
  const { email } = await at.signUp('backup@example.com')
  await auth('/request-password-reset', { email })
  const [, token] = /token=([\w-]+)/.exec((await lastMail()).text) ?? []

  const rows = await at.db.selectFrom('verifications').selectAll().execute()

  expect(JSON.stringify(rows)).not.toContain(token)
})

test('changing the password ends the sessions of all other devices', async () => {
  const here = await at.signUp('devices@example.com')
  const there = await signIn(here.email)

  const change = { currentPassword: passwordOf(here.email), newPassword: 'a better one', revokeOtherSessions: false }
  const changed = await auth('/change-password', change, here.cookie)

  expect(changed.status).toBe(200)
  expect(await sessionOf(there)).toBeNull()
  expect((await speaker(at.app, cookiesOf(there)).get('/events')).status).toBe(401)
  expect((await sessionOf(changed)).user.email).toBe(here.email)
})

test('signing out ends the session and not only the cookie', async () => {
  const { cookie } = await at.signUp('leaving@example.com')

  const reply = await speaker(at.app, cookie).send('POST', '/api/auth/sign-out', {
    headers: { 'content-type': 'application/json' },
  })

  expect(reply.status).toBe(200)
  expect(await sessionOf(cookie)).toBeNull()
})

test('an account changes its address while signed in, and both addresses hear of it', async () => {
  const { cookie, email } = await at.signUp('old@example.com')

  const stranger = await auth('/change-email', { newEmail: 'new-one@example.com' })
  const changed = await auth('/change-email', { newEmail: 'new-one@example.com' }, cookie)

  expect(stranger.status).toBe(401)
  expect(changed.status).toBe(200)
  expect((await sessionOf(cookie)).user.email).toBe('new-one@example.com')
  await new Promise((wake) => setTimeout(wake, 50))
  expect(at.mails.map((mail) => mail.envelope.to).sort()).toEqual(['new-one@example.com', email])
  at.mails.length = 0
})

test('an account is not deleted while guests wait for its event, and then it is', async () => {
  const { cookie, userId, email } = await at.signUp('owner@example.com')
  const event = await given.event(at.db, { hostId: userId, name: 'Dinner' })
  const remove = () => auth('/delete-user', { password: passwordOf(email) }, cookie)

  const refusal = await remove()
  await at.db
    .updateTable('events')
    .set({ startsAt: new Date(0) })
    .where('id', '=', event.id)
    .execute()
  const removal = await remove()

  expect(refusal.body).toMatchObject({
    status: 409,
    type: 'urn:tidings:problem:sole-owner-of-coming-events',
    message: expect.stringContaining('“Dinner”'),
  })
  expect(removal.status).toBe(200)
  expect(await at.db.selectFrom('events').select('id').where('id', '=', event.id).execute()).toEqual([])
  expect((await signIn(email)).status).toBe(401)
})

test('a co-owned event outlives the account of its host', async () => {
  const host = await at.signUp('host@example.com')
  const other = await at.signUp('other@example.com')
  const event = await given.event(at.db, { hostId: host.userId })
  const key = { eventId: event.id, userId: other.userId }
  await at.db
    .insertInto('eventCollaborators')
    .values({ ...key, role: 'owner' })
    .execute()

  const reply = await auth('/delete-user', { password: passwordOf(host.email) }, host.cookie)

  expect(reply.status).toBe(200)
  expect((await other.get(`/events/${event.id}`)).body).toMatchObject({ hostName: 'other', role: 'owner' })
})
