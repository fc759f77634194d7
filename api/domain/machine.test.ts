import { expect, test } from 'vitest'
import { feedbackMax } from './feedback.ts'
import { machineReason, type Visitor } from './machine.ts'

const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36'

const machines: [name: string, visit: Visitor, reason: RegExp][] = [
  [
    'the image proxy of Gmail',
    { userAgent: 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)' },
    /Gmail/,
  ],
  [
    'the image proxy of Yahoo',
    { userAgent: 'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html' },
    /Yahoo/,
  ],
  ['Apple’s privacy protection', { userAgent: 'Mozilla/5.0' }, /Apple/],
  ['a scanner that says its name', { userAgent: 'BarracudaCentral/1.0' }, /Barracuda/],
  ['a scanner within a longer name', { userAgent: `${chrome} Mimecast/2.0` }, /Mimecast/],
  ['Microsoft looking for a document', { userAgent: 'Microsoft Office Existence Discovery' }, /Microsoft/],
  ['a browser in a mail gateway of Microsoft', { userAgent: chrome, ip: '40.107.22.9' }, /Microsoft/],
  ['the same, as a socket of both kinds writes it', { userAgent: chrome, ip: '::ffff:104.47.1.2' }, /Microsoft/],
  ['a chat that shows what a link leads to', { userAgent: 'WhatsApp/2.23.20.0' }, /preview/],
  ['a script', { userAgent: 'python-requests/2.32.0' }, /program/],
  ['a crawler', { userAgent: 'Mozilla/5.0 (compatible; SomeBot/1.2; +https://bot.example)' }, /program/],
  ['whoever only asks whether it is there', { userAgent: chrome, method: 'HEAD' }, /HEAD/],
]

test.each(machines)('%s is no person', (_name, visit, reason) => {
  expect(machineReason(visit)).toMatch(reason)
  expect(machineReason(visit)!.length).toBeLessThanOrEqual(feedbackMax.machine)
})

const people: [name: string, visit: Visitor][] = [
  ['Chrome on a desk', { userAgent: chrome, method: 'GET', ip: '203.0.113.7' }],
  [
    'Apple Mail with its protection switched off',
    { userAgent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)' },
  ],
  ['Outlook on a desk', { userAgent: 'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)' }],
  ['Thunderbird', { userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.1.0' }],
  ['somebody at Robotics Ltd', { userAgent: `${chrome} Robotics` }],
  ['whoever is near Microsoft, and not in it', { userAgent: chrome, ip: '104.47.200.1' }],
  ['nobody knows who', {}],
  ['a name that is empty', { userAgent: '' }],
]

test.each(people)('%s may be a person', (_name, visit) => {
  expect(machineReason(visit)).toBeUndefined()
})

test('a name of a megabyte costs no time', () => {
  const before = performance.now()

  expect(machineReason({ userAgent: 'Office '.repeat(150_000) })).toBeUndefined()

  expect(performance.now() - before).toBeLessThan(50)
})
