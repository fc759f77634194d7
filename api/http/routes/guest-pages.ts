import { readFileSync } from 'node:fs'
import type { FastifyReply } from 'fastify'
import { calendarFile } from '../../content/calendar.ts'
import { linkTo } from '../../content/links.ts'
import { readPartySize } from '../../domain/person-text.ts'
import { isOpenForAnswers } from '../../domain/plan-answer.ts'
import { rsvpAnswers } from '../../domain/rsvp.ts'
import { freezeEvent } from '../../storage/frozen-content.ts'
import type { Invitation } from '../../storage/invitations.ts'
import type { App, Deps, Routes } from '../deps.ts'
import { answeredPage } from '../guest-pages/answered-page.ts'
import { fieldOf, formBytesMax, readForms } from '../guest-pages/forms.ts'
import { closedPage, invitationPage, type Links, type Wrong } from '../guest-pages/invitation-page.ts'
import { noSuchPage, testLinkPage } from '../guest-pages/preferences-page.ts'
import { sendGuestPage } from '../guest-pages/shell.ts'
import { giveAnswer } from '../guests/answer.ts'
import { invitationOf } from '../guests/invitation-of.ts'

const config = { access: 'guestLink' } as const
type Token = { Params: { token: string } }

const font = readFileSync(new URL('../guest-pages/fonts/newsreader-500.woff2', import.meta.url))

/** A guest's own page, which works without JavaScript. To open it changes nothing; only a press of its button does. */
export const guestPageRoutes: Routes = (parent, deps) => {
  void parent.register(async (scope) => {
    const app = scope as unknown as App
    readForms(scope)

    app.get<Token & { Querystring: { change?: string; answer?: string } }>(
      '/r/:token',
      { config, schema: { hide: true } },
      async (request, reply) => {
        const invitation = await invitationOf(deps, 'rsvp', request.params.token)
        if (!invitation) return sendGuestPage(reply, 404, noSuchPage)
        const { change, answer } = request.query
        const chosen = rsvpAnswers.find((known) => known === answer)
        return show(deps, reply, invitation, { chosen, asks: change !== undefined || chosen !== undefined })
      },
    )

    app.post<Token>(
      '/r/:token',
      { config, bodyLimit: formBytesMax, schema: { hide: true } },
      async (request, reply) => {
        const link = deps.links.verify('rsvp', request.params.token)
        const invitation = await invitationOf(deps, 'rsvp', request.params.token)
        if (!link || !invitation) return sendGuestPage(reply, 404, noSuchPage)
        const typed = typedIn(request.body)
        const ask = (status: number, problem: string) => {
          const page = invitationPage(invitation, { links: linksOf(deps, invitation), wrong: { ...typed, problem } })
          return sendGuestPage(reply, status, page)
        }
        const partySize = readPartySize(typed.partySize ?? '')
        if (!typed.status) return ask(422, 'Please choose one of the three answers.')
        if (!partySize.ok) return ask(422, partySize.problem)

        const given = { status: typed.status, partySize: partySize.value ?? undefined, note: typed.note }
        const outcome = await giveAnswer(deps, link, given)
        if (outcome.kind === 'refused') return ask(outcome.refusal.status, outcome.refusal.detail)
        request.movedEvent = outcome.invitation.event.id
        return reply.header('cache-control', 'no-store').redirect(`/r/${request.params.token}`, 303)
      },
    )

    app.get<Token>('/r/:token/calendar.ics', { config, schema: { hide: true } }, async (request, reply) => {
      const invitation = await invitationOf(deps, 'rsvp', request.params.token)
      if (!invitation) return sendGuestPage(reply, 404, noSuchPage)
      const { filename, contentType, content } = calendarOf(deps, invitation)
      return reply
        .type(contentType)
        .header('content-disposition', `attachment; filename="${filename}"`)
        .header('cache-control', 'no-store')
        .send(content)
    })

    app.get('/test-link', { config: { access: 'public' }, schema: { hide: true } }, async (_request, reply) =>
      sendGuestPage(reply, 200, testLinkPage),
    )

    app.get(
      '/guest/newsreader-500.woff2',
      { config: { access: 'public' }, schema: { hide: true } },
      async (_request, reply) =>
        reply.type('font/woff2').header('cache-control', 'public, max-age=31536000, immutable').send(font),
    )
  })
}

/** Closed, answered, or asking; a guest who wants to change an answer is asked again. */
function show(
  deps: Deps,
  reply: FastifyReply,
  invitation: Invitation,
  { asks, chosen }: { asks: boolean; chosen?: (typeof rsvpAnswers)[number] },
) {
  const links = linksOf(deps, invitation)
  if (!isOpenForAnswers(invitation.event, deps.now())) return sendGuestPage(reply, 200, closedPage(invitation, links))
  const isAnswered = invitation.guest.rsvpStatus !== 'pending' && invitation.guest.respondedAt !== null
  const page = isAnswered && !asks ? answeredPage(invitation, links) : invitationPage(invitation, { links, chosen })
  return sendGuestPage(reply, 200, page)
}

function linksOf({ links }: Deps, { guest }: Invitation): Links {
  const page = `/r/${links.sign('rsvp', guest.id, guest.linkVersion)}`
  return {
    page,
    calendar: `${page}/calendar.ics`,
    preferences: `/p/${links.sign('preferences', guest.id, guest.linkVersion)}`,
  }
}

function typedIn(body: unknown): Omit<Wrong, 'problem'> {
  const status = rsvpAnswers.find((answer) => answer === fieldOf(body, 'status'))
  return { status, partySize: fieldOf(body, 'partySize'), note: fieldOf(body, 'note') }
}

function calendarOf({ config: { publicUrl }, links }: Deps, { event, guest }: Invitation) {
  return calendarFile(freezeEvent(event), {
    publicUrl,
    url: linkTo(publicUrl, 'rsvp', links.sign('rsvp', guest.id, guest.linkVersion)),
    stampAt: event.updatedAt.toISOString(),
    sequence: event.version,
    cancelled: event.status === 'cancelled',
  })
}
