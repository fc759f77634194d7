import { describe, expect, test } from 'vitest'
import { ConfigurationError, type Environment } from './provider.ts'
import { pickProvider } from './providers.ts'

const resend = { RESEND_API_KEY: 're_secret' }
const smtp = { SMTP_URL: 'smtp://amina:pass%2Fword@mail.example.com' }
const ses = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 'secret' }

describe('the provider', () => {
  test.each<[string, Environment, string]>([
    ['everything', { ...resend, ...smtp, ...ses }, 'resend'],
    ['SMTP and SES', { ...smtp, ...ses }, 'smtp'],
    ['SES', ses, 'ses'],
    ['nothing', {}, 'log'],
    ['empty variables', { RESEND_API_KEY: '', SMTP_URL: '', AWS_REGION: '' }, 'log'],
    ['a region alone, as hosts at Amazon have', { AWS_REGION: 'eu-west-1' }, 'log'],
    ['SMTP and half of SES, which may be for something else', { ...smtp, AWS_ACCESS_KEY_ID: 'AKIA1' }, 'smtp'],
  ])('with %s set up is %s', (_name, env, key) => {
    expect(pickProvider(env).key).toBe(key)
  })

  test.each<[Environment, RegExp]>([
    [{ RESEND_API_KEY: 're secret' }, /RESEND_API_KEY.*re_/],
    [{ ...resend, RESEND_BASE_URL: 'resend.com' }, /RESEND_BASE_URL.*https:/],
    [{ SMTP_URL: 'mail.example.com' }, /SMTP_URL.*smtp:\/\//],
    [{ SMTP_URL: 'http://mail.example.com' }, /SMTP_URL/],
    [{ SMTP_URL: 'smtp://' }, /SMTP_URL/],
    [{ SMTP_URL: 'smtp://amina@mail.example.com' }, /without a password/],
    [{ SMTP_URL: 'smtp://amina:100%@mail.example.com' }, /%25/],
    [{ SMTP_URL: 'smtp://mail.example.com?tls=maybe' }, /tls=required/],
    [{ SMTP_URL: 'smtp://mail.example.com?rate=0' }, /SMTP_URL.*rate=10/],
    [{ SMTP_URL: 'smtp://mail.example.com?rate=fast' }, /mails a second/],
    [{ ...smtp, SMTP_MAX_CONNECTIONS: '0' }, /SMTP_MAX_CONNECTIONS.*1 to 200/],
    [{ ...smtp, SMTP_MAX_CONNECTIONS: 'many' }, /SMTP_MAX_CONNECTIONS/],
    [{ ...smtp, SMTP_DATA_TIMEOUT_MS: '1.5' }, /SMTP_DATA_TIMEOUT_MS.*600000/],
    [{ AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 'secret' }, /AWS_REGION is missing/],
    [{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKIA1' }, /AWS_SECRET_ACCESS_KEY is missing/],
    [{ SES_CONFIGURATION_SET: 'tidings' }, /AWS_REGION is missing/],
    [{ ...ses, SES_ENDPOINT: 'email' }, /SES_ENDPOINT.*https:/],
  ])('that is set up with %j stops the process and says what to do', (env, message) => {
    expect(() => pickProvider(env)).toThrow(ConfigurationError)
    expect(() => pickProvider(env)).toThrow(message)
  })

  test.each<[Environment, number | undefined]>([
    [{ SMTP_URL: 'smtp://mail.example.com' }, undefined],
    [{ SMTP_URL: 'smtp://mail.example.com?tls=required&rate=2.5' }, 2.5],
    [resend, 2],
    [ses, undefined],
  ])('with %j takes %s calls a second, as far as is known before the first', (env, callsPerSecond) => {
    expect(
      pickProvider(env)
        .open(() => undefined)
        .pace?.()?.callsPerSecond,
    ).toBe(callsPerSecond)
  })

  test.each([resend, smtp, ses])('is named the same on every replica, without a secret (%j)', (env) => {
    const one = pickProvider(env)
    const other = pickProvider({ ...env })

    expect(one.account).toBe(other.account)
    expect(one.open(() => undefined).account).toBe(one.account)
    expect(one.account + one.reason).not.toMatch(/secret|pass|re_|AKIA1/)
  })

  test('has another name when the account is another', () => {
    const accounts = [
      resend,
      { RESEND_API_KEY: 're_other' },
      smtp,
      { SMTP_URL: 'smtp://mail.example.com' },
      ses,
      { ...ses, AWS_REGION: 'us-east-1' },
    ]

    expect(new Set(accounts.map((env) => pickProvider(env).account)).size).toBe(accounts.length)
  })

  test.each<[Environment]>([[resend], [smtp], [ses], [{}]])(
    'may be opened without a connection, and closed again (%j)',
    async (env) => {
      const transport = pickProvider(env).open(() => undefined)

      await transport.close()

      expect(await transport.line()).toMatchObject({ kind: 'noLine', result: { kind: 'tryLater' } })
    },
  )
})
