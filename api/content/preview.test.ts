import fc from 'fast-check'
import PostalMime from 'postal-mime'
import { expect, test } from 'vitest'
import { givenContent, givenDelivery, hostileNames, signer } from '../../test/given-content.ts'
import { messageKinds } from '../domain/message.ts'
import { compileMessage, renderPreview } from './compile.ts'

test("a preview is the guest's mail, word for word", async () => {
  const names = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.constantFrom(...hostileNames))
  const member = fc.record({ guestId: fc.uuid(), name: fc.option(names, { nil: undefined }), linkVersion: fc.nat(9) })
  const variables = fc.record({
    name: fc.option(names, { nil: undefined }),
    linkVersion: fc.nat(1_000),
    members: fc.option(fc.array(member, { maxLength: 3 }), { nil: undefined }),
    answer: fc.option(
      fc.record({ status: fc.constantFrom('attending' as const, 'declined' as const), partySize: fc.nat(5) }),
      { nil: undefined },
    ),
  })
  const slots = '{{guest_name}} {{guest_name|friend}} {{rsvp_link}} {{venue}} [x]({{rsvp_link}})'
  const written = fc.string({ unit: 'grapheme', maxLength: 60 }).map((words) => `${words}\n\n${slots}\n\n${words}`)

  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...messageKinds), written, fc.uuid(), variables, async (kind, body, id, own) => {
      const content = givenContent({ kind, body, subject: body.slice(0, 80) })
      const mail = (await compileMessage(content, { signer })).mailFor(givenDelivery({ guestId: id, variables: own }))
      const preview = await renderPreview(content, { guestId: id, variables: own }, { signer })

      const { subject, html, text } = mail.parts()
      expect(preview).toEqual({ subject, html, text })
      const received = await PostalMime.parse(mail.mime())
      expect({ subject: received.subject, html: received.html, text: received.text?.trimEnd() }).toEqual({
        subject: preview.subject,
        html: preview.html + '\n',
        text: preview.text.trimEnd(),
      })
    }),
    { numRuns: 300 },
  )
})
