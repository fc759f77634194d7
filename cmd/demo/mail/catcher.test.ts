import { createTransport } from 'nodemailer'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startMailCatcher, type MailCatcher } from './catcher.ts'
import { mailsMax } from './store.ts'

let catcher: MailCatcher
let transport: ReturnType<typeof createTransport>

beforeEach(async () => {
  catcher = await startMailCatcher({ webPort: 0 })
  transport = createTransport(catcher.smtpUrl)
})

afterEach(async () => {
  transport.close()
  await catcher.stop()
})

const pixel = Buffer.from('iVBORw0KGgo=', 'base64')

test('a mail can be read as HTML, as text and as its source', async () => {
  await transport.sendMail({
    from: 'Maren Holt <maren@tidings.example>',
    to: 'Ada Brandt <ada@example.com>',
    subject: 'Møte på søndag',
    text: 'Hi Ada',
    html: '<p>Hi <b>Ada</b></p><img src="cid:poster"><script>steal()</script>',
    attachments: [
      { filename: 'poster.png', content: pixel, contentType: 'image/png', cid: 'poster' },
      { filename: 'event.ics', content: 'BEGIN:VCALENDAR' },
    ],
  })

  const summary = (await json('/mails')).mails[0]!
  const html = await get(`/mails/${summary.id}/html`)
  const page = await html.text()

  expect(summary).toMatchObject({ toName: 'Ada Brandt', to: 'ada@example.com', subject: 'Møte på søndag' })
  expect(page).toContain('<p>Hi <b>Ada</b></p>')
  expect(page).toContain(`data:image/png;base64,${pixel.toString('base64')}`)
  expect(html.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox/)
  expect((await json(`/mails/${summary.id}`)).text).toBe('Hi Ada\n')
  expect(await get(`/mails/${summary.id}/source`).then((reply) => reply.text())).toMatch(/^Subject: =\?UTF-8\?/m)
  expect(await get(`/mails/${summary.id}/attachments/1`).then((reply) => reply.text())).toContain('BEGIN:VCALENDAR')
})

test('a page that asks for newer mails gets only those', async () => {
  await transport.sendMail({ to: 'a@example.com', subject: 'first' })
  const { mails } = await json('/mails')
  await transport.sendMail({ to: 'b@example.com', subject: 'second' })

  const newer = await json(`/mails?after=${mails[0]!.id}`)

  expect(newer).toMatchObject({ total: 2, mails: [{ subject: 'second' }] })
})

test('an open page hears of a new mail', async () => {
  const changes = (await get('/changes')).body!.pipeThrough(new TextDecoderStream()).getReader()
  const before = await changes.read()

  await transport.sendMail({ to: 'a@example.com', subject: 'first' })
  const after = await changes.read()
  await changes.cancel()

  expect([before.value, after.value]).toEqual(['data: 0\n\n', 'data: 1\n\n'])
})

test('the oldest mails make room', () => {
  for (let n = 0; n < mailsMax + 5; n++) catcher.store.add({ from: '', to: [], raw: Buffer.from('Subject: x\r\n\r\n') })

  expect(catcher.store.all()).toHaveLength(mailsMax)
  expect(catcher.store.all().at(-1)?.id).toBe(6)
})

test('a foreign name that points at loopback learns nothing', async () => {
  const reply = await get('/mails', { host: 'evil.example' })

  expect(reply.status).toBe(404)
})

type Answered = { total: number; text: string; mails: { id: number; subject: string }[] }

async function json(path: string) {
  return (await get(path)).json() as Promise<Answered>
}

// Not fetch: it does not let a test choose the Host header.
async function get(path: string, { host }: { host?: string } = {}): Promise<Response> {
  if (!host) return fetch(catcher.webUrl + path)
  const { request } = await import('node:http')
  return new Promise((resolve, reject) => {
    const call = request(catcher.webUrl + path, { headers: { host } }, (answer) => {
      answer.resume()
      resolve(new Response(null, { status: answer.statusCode ?? 0 }))
    })
    call.on('error', reject).end()
  })
}
