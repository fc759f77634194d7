import { afterAll, beforeAll, expect, test } from 'vitest'
import { cookiesOf, createTestApp, passwordOf, speaker, type TestApp } from '../../test/app.ts'

let at: TestApp
beforeAll(async () => void (at = await createTestApp({ requireVerifiedEmail: true })))
afterAll(() => at.close())

const auth = (path: string, payload: object, cookie?: string) =>
  speaker(at.app, cookie).send('POST', `/api/auth${path}`, { payload })

async function tokenOfLastMail() {
  for (let i = 0; at.mails.length === 0 && i < 100; i++) await new Promise((wake) => setTimeout(wake, 10))
  const [, token] = /https:\/\/tidings\.test\/verify-email\?token=([\w.-]+)/.exec(at.mails.at(-1)!.parts().text) ?? []
  at.mails.length = 0
  return token!
}

test('where addresses must be proven, an account opens when its owner presses the button behind the mail’s link', async () => {
  const email = 'proven@example.com'
  const signUp = await auth('/sign-up/email', { name: 'Amina', email, password: passwordOf(email) })
  const token = await tokenOfLastMail()

  const early = await auth('/sign-in/email', { email, password: passwordOf(email) })
  const proof = await auth('/verify-email', { token })
  const late = await auth('/sign-in/email', { email, password: passwordOf(email) })

  expect(signUp.headers['set-cookie']).toBeUndefined()
  expect(early.body).toMatchObject({ status: 403, code: 'EMAIL_NOT_VERIFIED' })
  expect([proof.status, late.status]).toEqual([200, 200])

  at.mails.length = 0
  await auth('/change-email', { newEmail: 'newer@example.com' }, cookiesOf(late))
  const change = await tokenOfLastMail()
  await auth('/verify-email', { token: change })
  await new Promise((wake) => setTimeout(wake, 50))

  expect(at.mails.map((mail) => mail.envelope.to).sort()).toEqual(['newer@example.com', email])
})

test('a sign-up with an address that is taken answers like any other', async () => {
  const email = 'taken@example.com'
  const body = (password: string) => ({ name: 'Bo', email, password })

  const first = await auth('/sign-up/email', body('the first password'))
  const second = await auth('/sign-up/email', body('the second password'))

  expect([first.status, second.status]).toEqual([200, 200])
})
