import { expect, test } from 'vitest'
import { description, press, submit, text, type, visit } from '../../test/page.ts'
import { problem, serve } from '../../test/server.ts'

test('an account that still owns coming events is not deleted, and says which', async () => {
  const words = 'Nobody else owns “The Long Table”. Give them another owner, or cancel them first.'
  serve({ 'POST /auth/delete-user': problem(409, { title: words, code: 'SOLE_OWNER_OF_COMING_EVENTS' }) })
  await visit('/account')
  await press('Delete my account')
  await type('Your password', 'right')

  await submit('#delete-account')

  expect(text()).toContain(words)
  expect(text()).toContain('Delete your account?')
})

test('a wrong current password stands at its field', async () => {
  serve({ 'POST /auth/change-password': problem(400, { title: 'Invalid password', code: 'INVALID_PASSWORD' }) })
  const page = await visit('/account')
  await type('Current password', 'wrong')
  await type('New password', 'long enough')

  page.getComponent({ name: 'PasswordForm' }).get('form').element.dispatchEvent(new SubmitEvent('submit'))

  await expect.poll(() => description('Current password')).toBe('This is not your current password.')
})
