import { Agent, get, type ClientRequest } from 'node:http'

// A child process: browsers that watch. It opens streams, and notes when each of them is told which figure.

type Stream = { path: string; cookie: string }
type Question =
  | { do: 'open'; base: string; streams: Stream[]; notes: boolean }
  | { do: 'report' }
  | { do: 'bytes' }
  | { do: 'close' }

/** So many are opened at once: a stampede would measure the kernel's queue. */
const openedAtOnce = 50

export type Seen = { path: string; opened: number; at: number }

const agent = new Agent({ keepAlive: false, maxSockets: Infinity })
let asked: ClientRequest[] = []
let seen: Seen[] = []
let bytes = 0

async function openAll({ base, streams, notes }: Extract<Question, { do: 'open' }>) {
  for (let from = 0; from < streams.length; from += openedAtOnce) {
    await Promise.all(streams.slice(from, from + openedAtOnce).map((each) => open(base, each, notes)))
  }
}

function open(base: string, { path, cookie }: Stream, notes: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(base + path, { agent, headers: { cookie } })
    asked.push(request)
    request.on('error', reject)
    request.on('response', (response) => {
      if (response.statusCode !== 200) return reject(new Error(`a stream was answered with ${response.statusCode}`))
      response.on('error', () => {})
      let rest = ''
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        const now = performance.timeOrigin + performance.now()
        rest += chunk.toString('latin1')
        const events = rest.split('\n\n')
        rest = events.pop()!
        for (const event of events) {
          const opened = /"opened":(\d+)/.exec(event)
          if (!opened) continue
          resolve()
          if (notes) seen.push({ path, opened: Number(opened[1]), at: now })
        }
      })
    })
  })
}

process.on('message', (question: Question) => {
  if (question.do === 'open')
    return void openAll(question).then(
      () => process.send?.({ open: asked.length }),
      (error: Error) => {
        console.error(error)
        process.exit(1)
      },
    )
  if (question.do === 'report') process.send?.(seen)
  if (question.do === 'bytes') process.send?.(bytes)
  if (question.do === 'close') {
    for (const request of asked) request.destroy()
    asked = []
    process.send?.({ closed: true })
  }
  if (question.do === 'report' || question.do === 'close') seen = []
})

// Between two questions it may have nothing open, and is still wanted.
process.channel?.ref()
