import { expect, test } from 'vitest'
import { hasButton, press, submit, text, type, visit } from '../../../test/page.ts'
import * as given from '../../../test/given.ts'
import { problem, serve, type Answer } from '../../../test/server.ts'
import { importedWords, leftOutFile, leftOutRows } from './rows.ts'

const path = `/events/${given.eventId}`
const csv = 'name,email,rsvp_status\nAda,ada@brandt.studio,attending\nSam,sam.quist,maybe\n'
const checked = given.report({
  created: 1,
  rejected: [{ line: 3, reason: 'This is not an e-mail address' }],
  notes: ['The column shoe_size is not known, so it was left out.'],
})

function importing(report: Answer) {
  return {
    [`GET /v1${path}`]: { body: given.event() },
    [`GET /v1${path}/stats`]: { body: given.event().stats },
    [`GET /v1${path}/guests`]: { body: { items: [], nextCursor: null } },
    [`POST /v1${path}/guests/import`]: report,
  }
}

test('the report comes before anything is saved, with each bad row and its reason', async () => {
  const { asked } = serve(importing({ body: checked }))
  await visit(`${path}/guests/import`)

  await type('Or paste the rows', csv)
  await submit()

  expect(text()).toContain('1 of 2 rows are ready')
  expect(text()).toContain('Line 3')
  expect(text()).toContain('Sam,sam.quist,maybe')
  expect(text()).toContain('This is not an e-mail address')
  expect(text()).toContain('shoe_size')
  expect(asked.filter(({ route }) => route.endsWith('/import')).map(({ query }) => query)).toEqual([{ dryRun: 'true' }])
})

test('the same rows go in when they are confirmed, and what was left out is said again', async () => {
  const { asked } = serve(importing({ body: checked }))
  await visit(`${path}/guests/import`)
  await type('Or paste the rows', csv)
  await submit()

  await press('Import 1 guest')

  expect(asked.findLast(({ route }) => route.endsWith('/import'))).toMatchObject({
    query: { dryRun: 'false' },
    body: csv,
  })
  expect(text()).toContain('1 added, 0 updated, 1 row left out. Nobody got a mail.')
})

test('a file that cannot be read leaves the pasted text where it is', async () => {
  serve(importing(problem(422, { detail: 'There is no column “email” or “name”.' })))
  await visit(`${path}/guests/import`)
  await type('Or paste the rows', 'a,b\n1,2')

  await submit()

  expect(text()).toContain('There is no column “email” or “name”.')
  expect(document.querySelector('textarea')?.value).toBe('a,b\n1,2')
})

test('a viewer is told whom to ask', async () => {
  serve({ [`GET /v1${path}`]: { body: given.event({ role: 'viewer' }) } })

  await visit(`${path}/guests/import`)

  expect(text()).toContain('Ask Maren Holt, who owns this event')
  expect(hasButton('Choose a file')).toBe(false)
})

test('of very many rows that are left out the first are shown, and how many more there are', async () => {
  const rejected = Array.from({ length: 200 }, (_, i) => ({ line: i + 2, reason: 'This is not an e-mail address' }))
  serve(importing({ body: given.report({ created: 1, rejected, rejectedTotal: 5_000 }) }))
  await visit(`${path}/guests/import`)
  await type('Or paste the rows', csv)

  await submit()

  expect(text()).toContain('1 of 5,001 rows are ready')
  expect(text()).toContain('And 4,800 more.')
  expect(hasButton('Download the first 200 rows')).toBe(true)
})

test('the rows that were left out can be taken away as a file of their own', async () => {
  const rows = leftOutRows(checked, csv)

  expect(await leftOutFile(rows, csv).text()).toBe('name,email,rsvp_status\nSam,sam.quist,maybe\n')
})

test('of an import that left nothing out there is nothing more to say', () => {
  expect(importedWords(given.report({ created: 1_200, updated: 3 }))).toBe('1,200 added, 3 updated. Nobody got a mail.')
  expect(importedWords(given.report({ rejectedTotal: 5_000 }))).toContain('5,000 rows left out')
})
