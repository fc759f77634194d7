import { expect, test } from 'vitest'
import { differingSettings, fingerprintOf, settingsInWords, type ComparedSettings } from './fingerprint.ts'

const day = { mails: 3, hours: 24 }
const cap = { broadcast: day, reminder: day, resend: day }

const settings: ComparedSettings = {
  secretKey: 'a secret of at least thirty-two characters',
  secretKeyPrevious: 'the one before it, of thirty-two characters',
  publicUrl: 'https://tidings.example.org',
  from: { name: 'Tidings', address: 'hello@example.org' },
  account: 'smtp:tidings@relay:587',
  bounceAddress: 'bounces@mail.example.org',
  configurationSet: 'tidings-set',
  eventAccount: 'mailgun:mg.example.org',
  frequencyCap: cap,
  onAmbiguous: 'resend',
}
const own = fingerprintOf(settings)

test.each([
  ['secretKey', 'another secret of thirty-two characters', 'SECRET_KEY'],
  ['publicUrl', 'https://www.example.org', 'PUBLIC_URL'],
  ['from', { name: 'Tidings', address: 'hi@example.org' }, 'EMAIL_FROM'],
  ['account', 'log', 'the provider’s variables'],
  ['secretKeyPrevious', undefined, 'SECRET_KEY_PREVIOUS'],
  ['bounceAddress', undefined, 'SMTP_BOUNCE_ADDRESS'],
  ['bounceAddress', 'back@mail.example.org', 'SMTP_BOUNCE_ADDRESS'],
  ['configurationSet', undefined, 'SES_CONFIGURATION_SET'],
  ['eventAccount', 'mailgun:other.example.org', 'the event API’s variables'],
  ['frequencyCap', { ...cap, reminder: null }, 'FREQUENCY_CAP'],
  ['frequencyCap', undefined, 'FREQUENCY_CAP'],
  ['onAmbiguous', 'hold', 'NOTIFIER_ON_AMBIGUOUS'],
] as const)('replicas with another %s differ in that and in nothing else', (name, value, words) => {
  const differing = differingSettings(own, fingerprintOf({ ...settings, [name]: value }))

  expect(settingsInWords(differing)).toBe(words)
})

test('equal settings do not differ, and what only one of them reads is not compared', () => {
  expect(differingSettings(own, fingerprintOf({ ...settings }))).toEqual([])
  expect(differingSettings(own, fingerprintOf({ ...settings, onAmbiguous: undefined }))).toEqual([])
  expect(differingSettings(own, fingerprintOf({ ...settings, eventAccount: undefined }))).toEqual([])
  expect(differingSettings(own, {})).toEqual([])
})

test('a fingerprint tells no setting', () => {
  const told = JSON.stringify(own)

  const words = ['hello', 'bounces', 'tidings-set', 'mailgun', 'resend']
  for (const value of [
    settings.secretKey,
    settings.secretKeyPrevious,
    settings.publicUrl,
    settings.account,
    ...words,
  ]) {
    expect(told).not.toContain(value)
  }
})
