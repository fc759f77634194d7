import { describe, expect, test } from 'vitest'
import { childEnvironment, notifierEnvironment } from './environment.ts'

const keys = { secretKey: 's'.repeat(43), hostPassword: 'x', seeded: false }
const where = {
  databaseUrl: 'postgres://d',
  smtpUrl: 'smtp://127.0.0.1:1',
  port: 3001,
  host: '127.0.0.1',
  publicUrl: 'http://localhost:3001',
}

describe('mails of the demo', () => {
  test('stay in the catcher when no provider is named', () => {
    expect(childEnvironment({}, keys, where)).toMatchObject({ SMTP_URL: where.smtpUrl, PORT: '3001' })
  })

  test('stay in the catcher when only stray cloud credentials are there', () => {
    const stray = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_REGION: 'eu-west-1', RESEND_API_KEY: 're' }

    const environment = childEnvironment(stray, keys, where)

    expect(environment.SMTP_URL).toBe(where.smtpUrl)
    expect(Object.keys(environment).filter((name) => /AWS|RESEND/.test(name))).toEqual([])
  })

  test('leave through the operator’s provider when it is named with its sender', () => {
    const own = { RESEND_API_KEY: 're_1', EMAIL_FROM: 'hello@example.org' }

    const environment = childEnvironment(own, keys, where)

    expect(environment).toMatchObject(own)
    expect(environment.SMTP_URL).toBeUndefined()
  })
})

test('what the operator sets wins over the demo’s values, but not over what the demo started', () => {
  const environment = childEnvironment({ SECRET_KEY: 'mine', LOG_LEVEL: 'debug', PORT: '3000' }, keys, where)

  expect(environment).toMatchObject({ SECRET_KEY: 'mine', LOG_LEVEL: 'debug', PORT: '3001' })
})

test('the port for metrics goes to one process only', () => {
  expect(notifierEnvironment({ METRICS_PORT: '9464', LOG_LEVEL: 'info' })).toEqual({ LOG_LEVEL: 'info' })
})
