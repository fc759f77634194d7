import PostalMime from 'postal-mime'
import { expect, test } from 'vitest'
import { writeMail } from './write.ts'

const from = { name: 'Tidings', address: 'hello@tidings.test' }
const letter = {
  subject: 'Choose a new password',
  paragraphs: ['Hello <b>you</b> & yours.'],
  link: { label: 'Choose', url: 'https://tidings.test/reset-password?token=a&b=c' },
}

test.each([
  'Amina',
  'Zoë Ünal',
  '李雷',
  'Berg, Bo "the" <bo@evil.example>',
  'a\r\nBcc: evil@example.net',
  '👩‍👩‍👧‍👦'.repeat(20),
])('a mail to %j arrives at one address, as it was written', async (name) => {
  const mail = writeMail(from, { name, email: 'to@example.com' }, letter)

  const read = await PostalMime.parse(mail.mime())

  expect(read.to).toMatchObject([{ address: 'to@example.com' }])
  expect(read.headers.filter(({ key }) => key === 'bcc')).toEqual([])
  expect(read.subject).toBe(letter.subject)
  expect(read.text).toContain('Hello <b>you</b> & yours.')
  expect(read.text).toContain(letter.link.url)
  expect(read.html).toContain('Hello &lt;b&gt;you&lt;/b&gt; &amp; yours.')
  expect(
    mail
      .mime()
      .split('\r\n')
      .every((line) => line.length <= 998 && !/[^\x20-\x7e\t]/.test(line)),
  ).toBe(true)
})
