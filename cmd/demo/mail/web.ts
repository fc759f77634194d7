import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { CaughtMail, MailStore } from './store.ts'
import { bytesOf, htmlPolicy, htmlView, mailDetails } from './views.ts'

/** After a burst the page asks again at most five times a second: quick to the eye, cheap for the list. */
const announceEveryMs = 200

// Mails hold personal links: a foreign name that was made to point at loopback gets no answer.
const ownHost = /^(localhost|127\.0\.0\.1)(:\d+)?$/

type Reply = ServerResponse
type Answer = (reply: Reply, mail: CaughtMail, rest: string) => Promise<void>

const pages: Record<string, [file: string, type: string]> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/frame.css': ['frame.css', 'text/css; charset=utf-8'],
  '/list.css': ['list.css', 'text/css; charset=utf-8'],
  '/reader.css': ['reader.css', 'text/css; charset=utf-8'],
  '/dom.js': ['dom.js', 'text/javascript; charset=utf-8'],
  '/list.js': ['list.js', 'text/javascript; charset=utf-8'],
  '/reader.js': ['reader.js', 'text/javascript; charset=utf-8'],
  '/serif.woff2': [font('newsreader/files/newsreader-latin-opsz-normal.woff2'), 'font/woff2'],
  '/sans.woff2': [font('instrument-sans/files/instrument-sans-latin-wght-normal.woff2'), 'font/woff2'],
}

/** The app's own faces, where npm put them. Without them the page falls back to the system's. */
function font(file: string) {
  return join('../../../../node_modules/@fontsource-variable', file)
}

/** The mail catcher's web page and the four things it asks for. Nothing it does leaves this machine. */
export function createCatcherWeb(store: MailStore) {
  const boot = Date.now()
  const views: Record<string, Answer> = {
    '': async (reply, mail) =>
      json(reply, { ...mailDetails(await store.parsed(mail)), ...(await store.summary(mail)) }),
    html: async (reply, mail) => {
      reply.setHeader('content-security-policy', htmlPolicy)
      send(reply, 'text/html; charset=utf-8', htmlView(await store.parsed(mail)))
    },
    source: async (reply, mail) => send(reply, 'text/plain; charset=utf-8', mail.raw),
    attachments: async (reply, mail, index) => {
      const attachment = (await store.parsed(mail)).attachments[Number(index)]
      if (!attachment) return missing(reply)
      const name = encodeURIComponent(attachment.filename ?? 'attachment')
      reply.setHeader('content-disposition', `attachment; filename*=UTF-8''${name}`)
      send(reply, 'application/octet-stream', bytesOf(attachment.content))
    },
  }

  async function answer(request: IncomingMessage, reply: Reply) {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://catcher')
    if (!ownHost.test(request.headers.host ?? '')) return missing(reply)
    if (request.method === 'DELETE' && pathname === '/mails') return json(reply, void store.clear())
    if (request.method !== 'GET') return missing(reply)
    const page = pages[pathname]
    if (page) return send(reply, page[1], await readFile(join(import.meta.dirname, 'page', page[0])))
    if (pathname === '/changes') return announce(reply)
    if (pathname === '/mails') return json(reply, await listAfter(Number(searchParams.get('after') ?? 0)))
    const [, id, view = '', rest = ''] = /^\/mails\/(\d+)(?:\/(\w+))?(?:\/(\d+))?$/.exec(pathname) ?? []
    const mail = store.find(Number(id))
    return mail && views[view] ? views[view](reply, mail, rest) : missing(reply)
  }

  /** Only what the page lacks, and how many there are in all: a page that counts another number starts again. */
  async function listAfter(after: number) {
    const mails = store.all()
    const newer = await Promise.all(mails.filter(({ id }) => id > after).map((mail) => store.summary(mail)))
    return { boot, total: mails.length, oldest: mails.at(-1)?.id ?? 0, mails: newer }
  }

  function announce(reply: Reply) {
    reply.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    let timer: NodeJS.Timeout | undefined
    const tell = () => {
      timer = undefined
      reply.write(`data: ${store.lastId}\n\n`)
    }
    const stop = store.onChange(() => (timer ??= setTimeout(tell, announceEveryMs)))
    tell()
    reply.on('close', () => {
      stop()
      clearTimeout(timer)
    })
  }

  return createServer((request, reply) => {
    answer(request, reply).catch((error: unknown) => {
      if (!reply.headersSent) reply.writeHead(500)
      reply.end(`The mail catcher could not show this: ${String(error)}`)
    })
  })
}

function send(reply: Reply, type: string, body: string | Buffer) {
  reply.setHeader('x-content-type-options', 'nosniff')
  reply.setHeader('referrer-policy', 'no-referrer')
  reply.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
}

function json(reply: Reply, value: unknown) {
  send(reply, 'application/json', JSON.stringify(value ?? {}))
}

function missing(reply: Reply) {
  reply
    .writeHead(404, { 'content-type': 'text/plain' })
    .end('There is nothing here. The mail may be among those that made room.')
}
