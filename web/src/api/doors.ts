import { addressOf } from './client.ts'
import { ApiProblem, asProblem, readProblem, unreachable } from './problem.ts'
import type { Route } from './routes.ts'

/** What is heard from the server while a door is open. After `closed` nothing more is heard. */
export type Listener = {
  opened: () => void
  /** One frame, as it came. */
  said: (data: string) => void
  /** It is shut, or never opened; with the server's refusal where it gave one. */
  closed: (problem: ApiProblem | undefined) => void
}

/** Shuts it. Its listener hears no more. */
export type Shut = () => void

/** The ways in which the server talks without being asked. A socket does not count among the few connections that HTTP/1.1 allows. */
export type Door = (listener: Listener) => Shut

/** Proxies close what is silent for a minute; a server that lives answers each ping. */
const pingEveryMs = 15_000
/** Two pings without a word, or two heartbeats of a stream: the line is dead though nobody said so. */
const silentMaxMs = 35_000
/** An upgrade that a proxy swallows would else wait for minutes. */
const openWithinMs = 5_000

/** What the server means by a code with which it closes a socket. After any other code, coming again is welcome. */
const refusals: Record<number, ApiProblem> = Object.fromEntries(
  [
    { code: 4403, status: 403, title: 'You may no longer look at this.' },
    { code: 4404, status: 404, title: 'This is not here any more, or not yours to see.' },
    { code: 4429, status: 429, title: 'You watch many things at once already.' },
  ].map(({ code, ...problem }) => [code, new ApiProblem({ type: 'socket-closed', ...problem })]),
)

/** The WebSocket at a path of the server. */
export function socketAt(path: string): Door {
  return (listener) => {
    const line = watched(listener)
    try {
      const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}${path}`)
      line.whenShut(() => socket.close())
      socket.addEventListener('open', () => {
        line.opened()
        const pings = setInterval(() => socket.send('{"type":"ping"}'), pingEveryMs)
        line.whenShut(() => clearInterval(pings))
      })
      socket.addEventListener('message', ({ data }) => typeof data === 'string' && line.said(data))
      socket.addEventListener('close', ({ code }) => line.closed(refusals[code]))
    } catch {
      // Whoever opens a door gets the way to shut it before hearing that it never opened.
      queueMicrotask(() => line.closed())
    }
    return line.shut
  }
}

/** The event stream of a route. Read with `fetch`: an EventSource would hide both a refusal and the heartbeats. */
export function streamOf(route: Route, params: Record<string, string>): Door {
  return (listener) => {
    const line = watched(listener)
    const stop = new AbortController()
    line.whenShut(() => stop.abort())
    void readStream(addressOf(route, { params }), stop.signal, line).then(line.closed, (failure: unknown) =>
      line.closed(failure instanceof TypeError ? unreachable(navigator.onLine, failure) : asProblem(failure)),
    )
    return line.shut
  }
}

async function readStream(address: string, signal: AbortSignal, line: ReturnType<typeof watched>) {
  const headers = { accept: 'text/event-stream' }
  const response = await fetch(address, { method: 'GET', credentials: 'same-origin', headers, signal })
  if (!response.ok || !response.body) return readProblem(response)
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return undefined
    line.heard()
    const events = (rest + value).split(/\r?\n\r?\n/)
    rest = events.pop() ?? ''
    for (const event of events) {
      const data = dataOf(event)
      // Open is what brought something: a proxy that holds back the stream lets its headers through.
      if (data !== undefined) line.opened()
      if (data !== undefined) line.said(data)
    }
  }
}

/** Comments and other fields are none of our business; several data lines are one text. */
function dataOf(event: string): string | undefined {
  const lines = event.split(/\r?\n/).filter((each) => each.startsWith('data:'))
  return lines.length === 0 ? undefined : lines.map((each) => each.slice(5).replace(/^ /, '')).join('\n')
}

/** Closes once, and by itself when it takes too long to open or falls silent. */
function watched(listener: Listener) {
  const cleanups: (() => void)[] = []
  let isOpen = false
  let isShut = false
  let silence = setTimeout(closed, openWithinMs)

  function heard(): void {
    clearTimeout(silence)
    if (!isShut) silence = setTimeout(closed, isOpen ? silentMaxMs : openWithinMs)
  }
  function opened(): void {
    if (isOpen || isShut) return
    isOpen = true
    heard()
    listener.opened()
  }
  function said(data: string): void {
    if (isShut) return
    heard()
    listener.said(data)
  }
  function shut(): void {
    isShut = true
    clearTimeout(silence)
    for (const cleanup of cleanups.splice(0)) cleanup()
  }
  function closed(problem?: ApiProblem): void {
    if (isShut) return
    shut()
    listener.closed(problem)
  }
  return { heard, opened, said, shut, closed, whenShut: (cleanup: () => void) => void cleanups.push(cleanup) }
}
