import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../../test/app.ts'

type Operation = { operationId?: string; summary?: string; description?: string }

/** Pages for people and pixels for mail programs: no operations of the contract, which does not describe itself either. */
const pages = [
  'GET /api/openapi.json',
  'GET /r/:token',
  'POST /r/:token',
  'GET /r/:token/calendar.ics',
  'GET /test-link',
  'GET /guest/newsreader-500.woff2',
  'GET /p/:token',
  'POST /p/:token',
  'GET /u/:token',
  'POST /u/:token',
  'GET /c/:token',
  'GET /o/:token',
]

let at: TestApp
let operations: Record<string, Operation>
beforeAll(async () => {
  at = await createTestApp()
  const { body } = await at.stranger.send('GET', '/api/openapi.json')
  operations = Object.fromEntries(
    Object.entries<Record<string, Operation>>(body.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation]),
    ),
  )
})
afterAll(() => at.close())

test('every route is an operation of the contract, or a page', () => {
  const routes = at.app.guarded.filter(({ method }) => method !== 'HEAD').map(({ method, url }) => `${method} ${url}`)
  const described = Object.keys(operations).map((route) => route.replace(/\{(\w+)\}/g, ':$1'))

  expect([...described, ...pages].sort()).toEqual(routes.sort())
})

test('every operation says in a few words what it does', () => {
  const wordless = Object.entries(operations).filter(([, { summary = '' }]) => !/^[A-Z].{2,58}[^.]$/.test(summary))

  expect(wordless).toEqual([])
})

test('every operation has a name for programs, a verb and a noun, and shares it with none', () => {
  const names = Object.values(operations).map(({ operationId = '' }) => operationId)

  expect(names.filter((name) => !/^[a-z]+([A-Z][a-z]*)+$/.test(name))).toEqual([])
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
})

test('a description says more than the summary, in sentences', () => {
  const descriptions = Object.values(operations).flatMap(({ description }) => description ?? [])

  expect(descriptions.filter((text) => !/^[A-Z0-9].+\.$/.test(text))).toEqual([])
})
