import type { Invitation } from '../../storage/invitations.ts'
import { resubscribe, unsubscribe, unsubscribeAddress } from '../../storage/unsubscribing.ts'
import { transact } from '../../storage/transact.ts'
import type { App, Deps, Routes } from '../deps.ts'
import { fieldOf, formBytesMax, readForms } from '../guest-pages/forms.ts'
import { noSuchPage, preferencesPage, unsubscribedPage } from '../guest-pages/preferences-page.ts'
import { sendGuestPage } from '../guest-pages/shell.ts'
import { invitationOf } from '../guests/invitation-of.ts'

const config = { access: 'guestLink' } as const
const schema = { hide: true }
type Token = { Params: { token: string } }

/** `/p/` is for people: a page with a button. `/u/` is for their mail programs: one POST unsubscribes the mailbox (RFC 8058). */
export const preferenceRoutes: Routes = (parent, deps) => {
  void parent.register(async (scope) => {
    const app = scope as unknown as App
    const { db } = deps.database
    readForms(scope)

    for (const [path, purpose] of [
      ['/p/:token', 'preferences'],
      ['/u/:token', 'unsubscribe'],
    ] as const) {
      app.get<Token>(path, { config, schema }, async (request, reply) => {
        const invitation = await invitationOf(deps, purpose, request.params.token)
        if (!invitation) return sendGuestPage(reply, 404, noSuchPage)
        return sendGuestPage(reply, 200, preferencesPage(invitation, pageOf(deps, invitation)))
      })
    }

    app.post<Token>('/p/:token', { config, schema, bodyLimit: formBytesMax }, async (request, reply) => {
      const invitation = await invitationOf(deps, 'preferences', request.params.token)
      if (!invitation) return sendGuestPage(reply, 404, noSuchPage)
      const { guest } = invitation
      await transact(db, async (tx) => {
        const asked = fieldOf(request.body, 'mails')
        if (asked === 'stop') await unsubscribe(tx, { guestId: guest.id, eventId: guest.eventId })
        if (asked === 'resume') await resubscribe(tx, guest.id)
      })
      request.movedEvent = guest.eventId
      return reply.header('cache-control', 'no-store').redirect(pageOf(deps, invitation), 303)
    })

    app.post<Token>('/u/:token', { config, schema, bodyLimit: formBytesMax }, async (request, reply) => {
      const invitation = await invitationOf(deps, 'unsubscribe', request.params.token)
      if (!invitation) return sendGuestPage(reply, 404, noSuchPage)
      const { guest } = invitation
      if (!isOneClick(request.body)) {
        return sendGuestPage(reply, 400, preferencesPage(invitation, pageOf(deps, invitation)))
      }
      await transact(db, (tx) => unsubscribeAddress(tx, { guestId: guest.id, eventId: guest.eventId }))
      request.movedEvent = guest.eventId
      return sendGuestPage(reply, 200, unsubscribedPage)
    })
  })
}

/** RFC 8058 section 3.1: this name and value, and no other. */
function isOneClick(body: unknown): boolean {
  return fieldOf(body, 'List-Unsubscribe') === 'One-Click'
}

function pageOf({ links }: Deps, { guest }: Invitation): string {
  return `/p/${links.sign('preferences', guest.id, guest.linkVersion)}`
}
