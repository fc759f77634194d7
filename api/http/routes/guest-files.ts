import { Type } from 'typebox'
import { ImportReport } from '../../contract/guest.ts'
import { refusals } from '../../domain/refusals.ts'
import { importBytesMax } from '../../domain/refusals/import-too-large.ts'
import { answers } from '../answers.ts'
import type { App, Routes } from '../deps.ts'
import { guestFile } from '../guests/export.ts'
import { importGuestFile } from '../guests/import.ts'
import { refuse, refuseAs } from '../problem.ts'
import { guestsPath } from './guests.ts'

const tags = ['guests']

/** The guest list as a file, in and out. Only here a body may be CSV. */
export const guestFileRoutes: Routes = (parent, deps) => {
  void parent.register(async (scope) => {
    const app = scope as unknown as App
    app.addContentTypeParser('text/csv', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

    const DryRun = Type.Object({ dryRun: Type.Optional(Type.Boolean()) })
    app.post(
      `${guestsPath}/import`,
      {
        config: { access: 'editor' },
        bodyLimit: importBytesMax,
        schema: { tags, consumes: ['text/csv'], querystring: DryRun, response: answers(200, ImportReport) },
      },
      async (request, reply) => {
        const { dryRun = false } = request.query
        if (!Buffer.isBuffer(request.body)) return refuseAs(reply, refusals.importUnreadable, { problem: notCsv })
        const imported = await importGuestFile(deps, { eventId: request.event.id, file: request.body, dryRun })
        return imported.kind === 'refused' ? refuse(reply, imported.refusal) : imported.report
      },
    )

    app.get(
      `${guestsPath}/export`,
      { config: { access: 'viewer' }, schema: { tags, produces: ['text/csv'] } },
      async (request, reply) =>
        reply
          .type('text/csv; charset=utf-8')
          .header('content-disposition', 'attachment; filename="guests.csv"')
          .header('cache-control', 'no-store')
          .send(guestFile(deps.database.db, request.event.id)),
    )
  })
}

const notCsv = 'Send the file itself as the body, with the content type text/csv.'
