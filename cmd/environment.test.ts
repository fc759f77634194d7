import { expect, test } from 'vitest'
import { readApiEnvironment } from './api/environment.ts'
import { senderFor } from './environment/sender.ts'

const day = { mails: 3, hours: 24 }
const good = {
  DATABASE_URL: 'postgres://tidings:tidings@localhost:5432/tidings',
  SECRET_KEY: 'a secret of at least thirty-two characters',
}

test.each([
  ['DATABASE_URL', undefined, /^DATABASE_URL must be a PostgreSQL address.*is missing/],
  ['DATABASE_URL', 'mysql://x', /^DATABASE_URL must be a PostgreSQL address/],
  ['SECRET_KEY', 'short', /^SECRET_KEY must be a secret of at least 32 characters/],
  ['PUBLIC_URL', 'http://tidings.example.org', /^PUBLIC_URL must be .*https/],
  ['PUBLIC_URL', 'https://tidings.example.org/path', /^PUBLIC_URL must be/],
  ['PUBLIC_URL', 'ftp://tidings.example.org', /^PUBLIC_URL must be/],
  ['EMAIL_FROM', 'Tidings <not an address>', /^EMAIL_FROM must be a sender/],
  ['EMAIL_FROM', 'a@example.org, b@example.org', /^EMAIL_FROM must be a sender/],
  ['PORT', '70000', /^PORT must be a whole number from 0 to 65535/m],
  ['UNDO_WINDOW_MS', '2e4', /^UNDO_WINDOW_MS must be a whole number/],
  ['REQUIRE_VERIFIED_EMAIL', 'yes', /^REQUIRE_VERIFIED_EMAIL must be true or false/],
  ['LOG_LEVEL', 'loud', /^LOG_LEVEL must be one of fatal/],
  ['CORS_ORIGINS', 'https://app.example.org/', /^CORS_ORIGINS must be origins/],
  ['OPERATOR_EMAILS', 'root', /^OPERATOR_EMAILS must be e-mail addresses/],
  [
    'FREQUENCY_CAP',
    '3/24h reminder=5',
    /^FREQUENCY_CAP must be .*such as 3\/24h or .*“reminder=5” is no limit\. Write/,
  ],
])('%s %j: the mistake names the variable, the shape and the fix', (name, value, words) => {
  expect(() => readApiEnvironment({ ...good, [name]: value })).toThrow(words)
})

test('every mistake is told at once, and no value is repeated', () => {
  const read = () => readApiEnvironment({ SECRET_KEY: 'hush', DATABASE_URL: 'mysql://me:hush@x' })

  expect(read).toThrow(/^DATABASE_URL .*\nSECRET_KEY .*$/)
  expect(read).not.toThrow(/hush/)
})

test.each([
  ['PUBLIC_URL', 'https://tidings.example.org/', 'https://tidings.example.org'],
  ['PUBLIC_URL', 'http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
  ['PUBLIC_URL', undefined, 'http://localhost:3000'],
  ['CORS_ORIGINS', 'https://a.example.org, http://localhost:5173', ['https://a.example.org', 'http://localhost:5173']],
  ['OPERATOR_EMAILS', 'Root@Example.org', ['root@example.org']],
  ['REQUIRE_VERIFIED_EMAIL', 'TRUE', true],
  ['HOST_WEEKLY_LIMIT', '', 0],
  ['SECRET_KEY_PREVIOUS', '', undefined],
  ['FREQUENCY_CAP', '', undefined],
  ['FREQUENCY_CAP', '3/24h resend=off', { broadcast: day, reminder: day, resend: null }],
] as const)('%s %j is read as it was meant', (name, value, expected) => {
  expect(readApiEnvironment({ ...good, [name]: value })[name]).toEqual(expected)
})

test('a sender is needed as soon as mails really leave', () => {
  expect(() => senderFor('smtp', { EMAIL_FROM: undefined })).toThrow(/^EMAIL_FROM must be a sender/)
  expect(senderFor('log', { EMAIL_FROM: undefined })).toMatch(/@localhost/)
})
