import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from './deps.ts'
import { answerNotFound } from './errors.ts'

const yearSeconds = 31_536_000

/** Addresses that belong to programs: what is unknown under them is a 404 problem and never the app's page. */
const notPages = /^\/(api|realtime|webhooks|assets|r|p|u|healthz|readyz|metrics)(\/|$)/

/**
 * The built web app: files with a hash in their name for a year, and its page for every other address that a person opens.
 * Files that were compressed at build time are sent as they are.
 */
export async function serveWeb(app: App, webRoot: string | undefined) {
  const page = webRoot && (await readFile(join(webRoot, 'index.html'), 'utf8'))
  if (!webRoot || !page) return app.setNotFoundHandler(answerNotFound)

  await app.register(fastifyStatic, {
    root: webRoot,
    wildcard: false,
    index: false,
    preCompressed: true,
    cacheControl: false,
    globIgnore: ['**/index.html*'],
    setHeaders: (reply, path) => {
      const isHashed = path.includes('/assets/')
      reply.header('cache-control', isHashed ? `public, max-age=${yearSeconds}, immutable` : 'public, max-age=3600')
    },
  })
  app.setNotFoundHandler((request, reply) => (isPage(request) ? sendPage(reply, page) : answerNotFound(request, reply)))
}

function isPage({ method, url, headers }: FastifyRequest) {
  const path = url.split('?', 1)[0]!
  return (method === 'GET' || method === 'HEAD') && !notPages.test(path) && (headers.accept ?? '*/*').includes('*/*')
}

function sendPage(reply: FastifyReply, page: string) {
  return reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(page)
}
