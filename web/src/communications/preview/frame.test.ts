import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import { frameDocument } from './frame.ts'
import MailFrame from './MailFrame.vue'

const html =
  '<html><head><style>@media (prefers-color-scheme: dark) { p { color: red } }</style></head><p>Hi</p></html>'

test('the frame of a mail has no scripts, no rights and no origin', () => {
  const preview = { subject: 'Hi', html, text: 'Hi', guestName: null }
  const frame = mount(MailFrame, { props: { preview, look: 'phone', from: 'Maren', to: 'Ada' } }).get('iframe')

  expect(frame.attributes('sandbox')).toBe('')
  expect(frame.attributes('src')).toBeUndefined()
  expect(frame.attributes('title')).toBe('The mail as Ada gets it')
})

test('links lead nowhere, and the dark colours follow the switch', () => {
  expect(frameDocument(html, false)).toContain('<base target="_blank">')
  expect(frameDocument(html, true)).toContain('@media (min-width: 0)')
  expect(frameDocument(html, false)).toContain('@media (max-width: 0)')
})
