import { Type } from 'typebox'
import { Answer, Invitation } from '../../contract/guest.ts'
import { refusals } from '../../domain/refusals.ts'
import { answers } from '../answers.ts'
import type { Routes } from '../deps.ts'
import { operation } from '../operation.ts'
import { giveAnswer } from '../guests/answer.ts'
import { invitationJson } from '../guests/invitation-json.ts'
import { invitationOf } from '../guests/invitation-of.ts'
import { refuse, refuseAs } from '../problem.ts'

const path = '/api/v1/rsvp/:token'
const tags = ['rsvp']
const params = Type.Object({ token: Type.String() })

/** The guest's page for programs. A wrong, old or foreign token and one that never was all answer the same 404. */
export const rsvpRoutes: Routes = (app, deps) => {
  app.get(
    path,
    {
      config: { access: 'guestLink' },
      schema: {
        ...operation('getInvitation', 'Read an invitation by its personal link'),
        tags,
        params,
        response: answers(200, Invitation),
      },
    },
    async (request, reply) => {
      const invitation = await invitationOf(deps, 'rsvp', request.params.token)
      if (!invitation) return refuseAs(reply, refusals.notFound)
      reply.header('cache-control', 'no-store')
      return invitationJson(invitation, deps.now())
    },
  )

  app.post(
    path,
    {
      config: { access: 'guestLink' },
      schema: {
        ...operation(
          'answerInvitation',
          'Answer an invitation',
          'After the deadline, or without enough places left: 409.',
        ),
        tags,
        params,
        body: Answer,
        response: answers(200, Invitation),
      },
    },
    async (request, reply) => {
      const link = deps.links.verify('rsvp', request.params.token)
      if (!link) return refuseAs(reply, refusals.notFound)
      const outcome = await giveAnswer(deps, link, request.body)
      if (outcome.kind === 'refused') return refuse(reply, outcome.refusal)
      request.movedEvent = outcome.invitation.event.id
      return invitationJson(outcome.invitation, deps.now())
    },
  )
}
