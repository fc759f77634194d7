import type { FastifyReply } from 'fastify'
import type { TrackedLink } from '../../content/tracking-tokens.ts'
import type { App, Deps, Routes } from '../deps.ts'
import { createLinkBook } from '../tracking/link-book.ts'
import { createVisitLimit } from '../tracking/visit-limit.ts'
import { reportOf } from '../tracking/visit.ts'
import { createVisits } from '../tracking/visits.ts'

// Not counted per network: a whole company opens its mails through one gateway, and what is asked here costs a hash and no query. The
// tokens of 128 bits are not guessed at any pace.
const config = { access: 'public' } as const
const schema = { hide: true }
type Token = { Params: { token: string } }

/** One transparent pixel. */
const picture = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64')

/**
 * Where mails are opened and links followed, for hosts who want to know. "GET changes nothing" is about what a guest has answered or chosen;
 * that a mail was opened is the one thing that a GET may note. Whoever asks is served alike, known or not, and is told nothing.
 */
export const trackingRoutes: Routes = (app, deps) => {
  const { links, now } = deps
  const visits = createVisits(app, deps)
  const isWorthNoting = createVisitLimit()
  const find = addressFinder(app, deps)

  app.get<Token>('/c/:token', { config, schema }, async (request, reply) => {
    const clicked = links.tracking.verifyClick(request.params.token)
    const address = clicked && (await find(clicked))
    if (clicked === undefined || address === undefined) return sendTo(reply, `${deps.config.publicUrl}/`)
    if (isWorthNoting(clicked, now()))
      visits.note(reportOf(request, { kind: 'clicked', delivery: clicked, link: clicked.link, at: now() }))
    return sendTo(reply, address)
  })

  app.get<Token>('/o/:token', { config, schema }, async (request, reply) => {
    const opened = links.tracking.verifyOpen(request.params.token.replace(/\.gif$/, ''))
    // Whoever only looks whether it is there has shown the mail to nobody.
    if (opened && request.method !== 'HEAD' && isWorthNoting(opened, now())) {
      visits.note(reportOf(request, { kind: 'opened', delivery: opened, at: now() }))
    }
    return bare(reply)
      .header('cross-origin-resource-policy', 'cross-origin') // web mail shows it on a page of its own
      .type('image/gif')
      .send(picture)
  })
}

/** Only what the host wrote and we stored, and never a word of the request: else any address could be made to look like ours. */
function sendTo(reply: FastifyReply, address: string): FastifyReply {
  return bare(reply).code(302).header('location', address).header('referrer-policy', 'no-referrer').send()
}

/** There is no page here to protect, nothing to keep and nothing to find. */
function bare(reply: FastifyReply): FastifyReply {
  return reply
    .removeHeader('content-security-policy')
    .header('cache-control', 'no-store')
    .header('x-robots-tag', 'noindex, nofollow')
}

function addressFinder(app: App, deps: Deps) {
  const addressOf = createLinkBook(deps)
  return async (link: TrackedLink) => {
    try {
      return await addressOf(link)
    } catch (error) {
      app.log.warn({ err: error }, 'a link could not be looked up, and leads home')
      return undefined
    }
  }
}
