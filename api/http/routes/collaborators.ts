import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { page } from '../../contract/atoms.ts'
import { Collaborator, CollaboratorChange, NewCollaborator } from '../../contract/event.ts'
import { refusals } from '../../domain/refusals.ts'
import type { Refused } from '../../domain/refusals/refusal.ts'
import { listCollaborators, type CollaboratorRow } from '../../storage/collaborators.ts'
import { refuseStrange } from '../access.ts'
import { answers, answersNothing } from '../answers.ts'
import { changeRole, invite, leave, type Joined } from '../collaborators/write.ts'
import type { Routes } from '../deps.ts'
import { operation } from '../operation.ts'
import { refuse, refuseAs } from '../problem.ts'

const path = '/api/v1/events/:eventId/collaborators'
const tags = ['collaborators']
const onePerson = { tags, params: Type.Object({ eventId: Type.String(), userId: Type.String() }) }

export const collaboratorRoutes: Routes = (app, deps) => {
  // A team is a handful of people, so the list has one page.
  app.get(
    path,
    {
      config: { access: 'viewer' },
      schema: {
        ...operation('listCollaborators', 'List who works on an event'),
        tags,
        response: answers(200, page(Collaborator)),
      },
    },
    async ({ event }) => {
      const rows = await listCollaborators(deps.database.db, event.id)
      return { items: rows.map(collaboratorJson), nextCursor: null }
    },
  )

  app.post(
    path,
    {
      config: { access: 'owner', creates: true },
      schema: {
        ...operation(
          'inviteCollaborator',
          'Invite somebody to work on an event',
          'Somebody without an account here is a 422.',
        ),
        tags,
        body: NewCollaborator,
        response: answers(201, Collaborator),
      },
    },
    async (request, reply) => answerJoined(reply.code(201), await invite(deps, request.event.id, request.body)),
  )

  app.patch(
    `${path}/:userId`,
    {
      config: { access: 'owner' },
      preValidation: refuseStrange('userId'),
      schema: {
        ...operation(
          'changeCollaboratorRole',
          'Change what a collaborator may do',
          'The last owner keeps the role: 409.',
        ),
        ...onePerson,
        body: CollaboratorChange,
        response: answers(200, Collaborator),
      },
    },
    async (request, reply) => answerJoined(reply, await changeRole(deps, keyOf(request), request.body.role)),
  )

  // Everybody may leave; only an owner may send somebody away.
  app.delete(
    `${path}/:userId`,
    {
      config: { access: 'viewer' },
      preValidation: refuseStrange('userId'),
      schema: {
        ...operation(
          'removeCollaborator',
          'Take somebody off an event, or leave it',
          'Only an owner may take away somebody else (403), and the last owner stays (409).',
        ),
        ...onePerson,
        response: answersNothing,
      },
    },
    async (request, reply) => {
      const { event, person } = request
      const key = keyOf(request)
      if (event.role !== 'owner' && key.userId !== person.id) {
        return refuseAs(reply, refusals.roleNeeded, { needed: 'owner', owner: event.hostName })
      }
      const left = await leave(deps, key)
      return left.kind === 'refused' ? refuse(reply, left.refusal) : reply.code(204).send(null)
    },
  )
}

function keyOf(request: FastifyRequest) {
  const { userId } = request.params as { userId: string }
  return { eventId: request.event.id, userId }
}

function answerJoined(reply: FastifyReply, outcome: Joined | Refused) {
  return outcome.kind === 'refused' ? refuse(reply, outcome.refusal) : collaboratorJson(outcome.collaborator)
}

function collaboratorJson({ userId, name, email, role, addedAt }: CollaboratorRow): Collaborator {
  return { userId, name, email, role, addedAt: addedAt.toISOString() }
}
