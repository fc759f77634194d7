import { Type } from 'typebox'
import { ImportReport } from '../../contract/guest.ts'
import { refusals } from '../../domain/refusals.ts'
import { importBytesMax } from '../../domain/refusals/import-too-large.ts'
import { answers } from '../answers.ts'
import type { App, Routes } from '../deps.ts'
import { operation } from '../operation.ts'
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
        schema: {
          ...operation(
            'importGuests',
            'Import a guest list from a CSV file',
            'All rows that can be read or none, in one step; with `dryRun` nothing is stored. Nobody is mailed. A file that is no list: 422; too many bytes, rows or guests: 413 or 409.',
          ),
          tags,
          consumes: ['text/csv'],
          querystring: DryRun,
          response: answers(200, ImportReport),
        },
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
      {
        config: { access: 'viewer' },
        schema: { ...operation('exportGuests', 'Export the guest list as a CSV file'), tags, produces: ['text/csv'] },
      },
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
