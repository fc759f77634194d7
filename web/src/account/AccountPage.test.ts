import { expect, test } from 'vitest'
import { description, press, settled, submit, text, type, visit } from '../../test/page.ts'
import { problem, serve } from '../../test/server.ts'

const path = '/v1/account/settings'
const off = { trackOpens: false, trackClicks: false }
const settings = { [`GET ${path}`]: { body: off } }

const toggle = (label: string) => {
  const named = [...document.querySelectorAll('label')].find((each) => each.textContent?.trim() === label)
  return document.getElementById(named!.htmlFor)!
}
const isOn = (label: string) => toggle(label).getAttribute('aria-checked') === 'true'
async function flip(label: string) {
  toggle(label).click()
  await settled()
}

test('an account that still owns coming events is not deleted, and says which', async () => {
  const words = 'Nobody else owns “The Long Table”. Give them another owner, or cancel them first.'
  serve({ ...settings, 'POST /auth/delete-user': problem(409, { title: words, code: 'SOLE_OWNER_OF_COMING_EVENTS' }) })
  await visit('/account')
  await press('Delete my account')
  await type('Your password', 'right')

  await submit('#delete-account')

  expect(text()).toContain(words)
  expect(text()).toContain('Delete your account?')
})

test('a wrong current password stands at its field', async () => {
  serve({
    ...settings,
    'POST /auth/change-password': problem(400, { title: 'Invalid password', code: 'INVALID_PASSWORD' }),
  })
  const page = await visit('/account')
  await type('Current password', 'wrong')
  await type('New password', 'long enough')

  page.getComponent({ name: 'PasswordForm' }).get('form').element.dispatchEvent(new SubmitEvent('submit'))

  await expect.poll(() => description('Current password')).toBe('This is not your current password.')
})

test('opens and clicks are not watched until their switch is on, each for itself', async () => {
  const { asked } = serve({ ...settings, [`PATCH ${path}`]: { body: { ...off, trackClicks: true } } })
  await visit('/account')
  const [opens, clicks] = ['See who opens your mails', 'See who follows your links'] as const
  expect([isOn(opens), isOn(clicks)]).toEqual([false, false])

  await flip(clicks)

  expect(asked.at(-1)).toMatchObject({ route: `PATCH ${path}`, body: { trackClicks: true } })
  expect([isOn(opens), isOn(clicks)]).toEqual([false, true])
  const help = document.getElementById(toggle(clicks).getAttribute('aria-describedby')!)
  expect(help?.textContent).toContain('lead to our address first')
  expect(text()).toContain('Guests are not told')
})

test('a switch that could not be changed goes back, and says why', async () => {
  serve({ ...settings, [`PATCH ${path}`]: problem(500, { title: 'Something broke', detail: 'It is not you.' }) })
  await visit('/account')

  await flip('See who opens your mails')

  expect(isOn('See who opens your mails')).toBe(false)
  expect(document.querySelector('[role=alert]')?.textContent).toBeTruthy()
})
