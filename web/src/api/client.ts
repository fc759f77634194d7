import { ref } from 'vue'
import { readProblem, unreachable } from './problem.ts'
import type { CallOptions, Reply, Route } from './routes.ts'

/** Longer than any answer we have measured, shorter than a person's patience. */
const answerWithinMs = 30_000
/** 20 MB of guests over a slow line. */
const uploadWithinMs = 180_000

/** False when the browser says so, or when the last call found nobody. */
export const connected = ref(navigator.onLine)
addEventListener('offline', () => (connected.value = false))
addEventListener('online', () => (connected.value = true))

let onSignedOut: () => void = () => {}
/** Called when the server no longer knows who is asking. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener
}

type Parts = {
  params?: Record<string, string>
  query?: Record<string, unknown>
  body?: unknown
  signal?: AbortSignal
  version?: number
  idempotencyKey?: string
}

export async function call<R extends Route>(route: R, options: CallOptions<R>): Promise<Reply<R>> {
  // Which parts a route has is checked where it is called; from here on each may be there.
  const parts = options as Parts
  const { method } = split(route)
  const response = await ask(addressOf(route, parts), {
    method,
    credentials: 'same-origin',
    headers: headersOf(method, parts),
    body: bodyOf(parts.body),
    signal: signalOf(parts),
  })
  if (!response.ok) {
    const problem = await readProblem(response)
    if (problem.status === 401 && !route.includes('/auth/')) onSignedOut()
    throw problem
  }
  return (await contentOf(response)) as Reply<R>
}

/** A link for the browser itself to follow: a download, for example. */
export function addressOf(route: Route, parts: Pick<Parts, 'params' | 'query'>): string {
  const { path } = split(route)
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parts.params?.[name] ?? ''))
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(parts.query ?? {})) {
    if (value !== undefined && value !== '') query.set(key, String(value))
  }
  return `/api${filled}${query.size > 0 ? `?${query}` : ''}`
}

/** Works without a secure context too, where `crypto.randomUUID` is missing. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function ask(address: string, init: RequestInit): Promise<Response> {
  try {
    const response = await fetch(address, init)
    connected.value = true
    return response
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    connected.value = navigator.onLine && connected.value
    throw unreachable(navigator.onLine, cause)
  }
}

function split(route: Route): { method: string; path: string } {
  const [method = '', path = ''] = route.split(' ')
  return { method, path }
}

function headersOf(method: string, { body, version, idempotencyKey }: Parts): Record<string, string> {
  return {
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': isCsv(body) ? 'text/csv' : 'application/json' }),
    ...(version === undefined ? {} : { 'if-match': `"${version}"` }),
    ...(method === 'POST' ? { 'idempotency-key': idempotencyKey ?? newKey() } : {}),
  }
}

function bodyOf(body: unknown): BodyInit | undefined {
  if (body === undefined) return undefined
  return isCsv(body) ? body.csv : JSON.stringify(body)
}

function isCsv(body: unknown): body is { csv: Blob | string } {
  return typeof body === 'object' && body !== null && 'csv' in body
}

function signalOf({ signal, body }: Parts): AbortSignal {
  const deadline = AbortSignal.timeout(isCsv(body) ? uploadWithinMs : answerWithinMs)
  return signal ? AbortSignal.any([signal, deadline]) : deadline
}

async function contentOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined
  const json = response.headers.get('content-type')?.includes('json')
  return json ? response.json() : response.text()
}
