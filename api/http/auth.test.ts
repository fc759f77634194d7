import { afterAll, beforeAll, expect, test } from 'vitest'
import { cookiesOf, createTestApp, speaker, type TestApp } from '../../test/app.ts'

let at: TestApp
beforeAll(async () => void (at = await createTestApp()))
afterAll(() => at.close())

test('a new account is signed in with a cookie that only this site and no script gets', async () => {
  const reply = await at.stranger.send('POST', '/api/auth/sign-up/email', {
    payload: { name: 'Amina', email: 'amina@example.com', password: 'correct horse battery' },
  })

  expect(reply.status).toBe(200)
  const [cookie] = [reply.headers['set-cookie'] ?? []].flat()
  expect(cookie).toMatch(/^__Host-/)
  expect(cookie).toMatch(/HttpOnly/i)
  expect(cookie).toMatch(/Secure/i)
  expect(cookie).toMatch(/SameSite=Lax/i)
  expect(cookie).toMatch(/Path=\//)
  expect(cookie).not.toMatch(/Domain/i)
  const session = await speaker(at.app, cookiesOf(reply)).send('GET', '/api/auth/get-session')
  expect(session.body.user).toMatchObject({ name: 'Amina', email: 'amina@example.com' })
})
