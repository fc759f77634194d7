import { expect, test } from 'vitest'
import { givenContent, givenMail, signer } from '../../test/given-content.ts'

const guestId = '0198c5a2-7a10-7cc3-9b1f-0000000000a1'
const rsvpUrl = `https://tidings.example/r/${signer.sign('rsvp', guestId, 1)}`
const members = [{ guestId: '0198c5a2-7a10-7cc3-9b1f-0000000000b1', name: 'Ben', linkVersion: 1 }]
const calledOff = { kind: 'notice' as const, event: { ...givenContent().event, cancelled: true as const } }

test('a mail about an event that is called off asks nobody for an answer', async () => {
  const words = { body: 'We are sorry, it does not take place.' }
  const { html, text } = (
    await givenMail({ ...calledOff, ...words }, { variables: { name: 'Amina', linkVersion: 1, members } })
  ).parts()

  for (const part of [html, text]) {
    expect(part).not.toMatch(/answer the invitation|see your answer/i)
    expect(part).not.toContain('/r/')
    expect(part).toContain('Ben')
    expect(part).toContain('Preferences')
  }
  expect(text).toContain('Brooklyn\n\nAlso for:\n- Ben\n\n----------')
})

test('an answer link that the host writes into it works', async () => {
  const { html, text } = (await givenMail({ ...calledOff, body: '[What you said]({{rsvp_link}})' })).parts()

  expect(html.split(rsvpUrl)).toHaveLength(2)
  expect(text.split(rsvpUrl)).toHaveLength(2)
})

test('a notice that something has changed still asks', async () => {
  const { html, text } = (await givenMail({ kind: 'notice' })).parts()

  for (const part of [html, text]) expect(part).toContain('Answer the invitation')
})
