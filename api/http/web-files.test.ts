import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../../test/app.ts'

let at: TestApp
let webRoot: string
const script = 'console.log("tidings")'.repeat(50)

beforeAll(async () => {
  webRoot = await mkdtemp(join(tmpdir(), 'tidings-web-'))
  await mkdir(join(webRoot, 'assets'))
  await writeFile(join(webRoot, 'index.html'), '<!doctype html><title>Tidings</title>')
  await writeFile(join(webRoot, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  await writeFile(join(webRoot, 'assets', 'app-abc123.js'), script)
  await writeFile(join(webRoot, 'assets', 'app-abc123.js.br'), brotliCompressSync(script))
  at = await createTestApp({ webRoot })
})
afterAll(async () => {
  await at.close()
  await rm(webRoot, { recursive: true })
})

const open = (url: string, headers = {}) =>
  at.stranger.send('GET', url, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', ...headers } })

test.each(['/', '/events/01985f3c/communications', '/reset-password?token=x', '/verify-email?token=x'])(
  'the address %s opens the app, never from a cache',
  async (url) => {
    const { status, headers, text } = await open(url)

    expect(status).toBe(200)
    expect(headers['content-type']).toContain('text/html')
    expect(headers['cache-control']).toBe('no-store')
    expect(text).toContain('<title>Tidings</title>')
  },
)

test.each(['/api/v1/nothing', '/webhooks/nobody', '/assets/gone-abc.js', '/metrics'])(
  'the address %s is a program’s, so it answers a problem',
  async (url) => {
    const { status, headers } = await open(url)

    expect(status).toBe(404)
    expect(headers['content-type']).toContain('application/problem+json')
  },
)

test('files with a hash in their name are kept for a year, and sent as they were compressed', async () => {
  const { headers } = await open('/assets/app-abc123.js', { 'accept-encoding': 'br, gzip' })

  expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
  expect(headers['content-encoding']).toBe('br')
})

test('the page forbids scripts of others', async () => {
  const { headers } = await open('/')

  expect(headers['content-security-policy']).toMatch(/script-src 'self';/)
  expect(headers['content-security-policy']).not.toMatch(/script-src[^;]*unsafe-inline/)
})

test.each([
  '/../package.json',
  '/%2e%2e/package.json',
  '/assets/../../package.json',
  '/assets/%2e%2e%2f%2e%2e%2fpackage.json',
])('the path %s does not leave the folder', async (url) => {
  expect((await open(url)).text).not.toContain('"dependencies"')
})
