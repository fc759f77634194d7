import { afterEach, vi } from 'vitest'

export type Asked = { route: string; query: Record<string, string>; headers: Headers; body: unknown }
export type Answer = { status?: number; body?: unknown; headers?: Record<string, string> } | 'nobody'
type Answers = Record<string, Answer | ((asked: Asked) => Answer | Promise<Answer>)>

afterEach(() => void vi.unstubAllGlobals())

/**
 * A server with exactly the planned answers, by "METHOD /path" without the /api. Anything else fails the test.
 * "nobody" is a network on which no one answers.
 */
export function serve(answers: Answers): { asked: Asked[]; plan: (more: Answers) => void } {
  const asked: Asked[] = []
  vi.stubGlobal('fetch', async (address: string, init: RequestInit) => {
    const url = new URL(address, 'http://tidings.example')
    const route = `${init.method} ${url.pathname.replace(/^\/api/, '')}`
    const request = {
      route,
      query: Object.fromEntries(url.searchParams),
      headers: new Headers(init.headers),
      body: typeof init.body === 'string' ? readBody(init.body) : init.body,
    }
    asked.push(request)
    const planned = answers[route]
    if (planned === undefined) throw new Error(`Nobody planned ${route}`)
    const answer = typeof planned === 'function' ? await planned(request) : planned
    if (answer === 'nobody') throw new TypeError('Failed to fetch')
    return respond(answer)
  })
  return { asked, plan: (more) => void Object.assign(answers, more) }
}

export const problem = (status: number, parts: object = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  body: { type: 'urn:tidings:problem:test', title: 'No', status, ...parts },
})

function respond({ status = 200, body, headers = { 'content-type': 'application/json' } }: Exclude<Answer, 'nobody'>) {
  return new Response(status === 204 ? null : JSON.stringify(body ?? null), { status, headers })
}

function readBody(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}
