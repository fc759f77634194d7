import { createPinia, setActivePinia } from 'pinia'
import { effectScope, reactive } from 'vue'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import * as given from '../../../test/given.ts'
import { message, messageId, reminder } from '../../../test/given-messages.ts'
import { problem, serve, type Asked } from '../../../test/server.ts'
import type { Message } from '../../../../api/contract/message.ts'
import { emptyForm, formOf } from './form.ts'
import { localCopyOf } from './localCopy.ts'
import { useDraft } from './useDraft.ts'

const event = given.event()
const now = new Date('2027-03-02T19:00:00Z')
const list = `POST /v1/events/${event.id}/messages`
const one = `/v1/events/${event.id}/messages/${messageId}`

beforeEach(() => {
  vi.useFakeTimers({ now })
  setActivePinia(createPinia())
  localStorage.clear()
})
afterEach(() => void vi.useRealTimers())

function open(stored?: Message) {
  const scope = effectScope()
  const form = reactive(stored ? formOf(stored, event, now) : emptyForm(event, now))
  const draft = scope.run(() => useDraft({ event: () => event, form, message: stored }))!
  return { form, draft, close: () => scope.stop() }
}
const pause = () => vi.advanceTimersByTimeAsync(1_000)
const wordsOf = ({ body }: Asked) => body as Message

test('the first pause makes one draft, and the next one edits it with the version that was read', async () => {
  const { asked } = serve({
    [list]: { status: 201, body: message({ version: 1 }) },
    [`PATCH ${one}`]: { body: message({ version: 2 }) },
  })
  const { form } = open()

  form.audience = ['attending']
  form.subject = 'Parking'
  await pause()
  form.body = 'By the river.'
  await pause()

  expect(asked.map(({ route }) => route)).toEqual([list, `PATCH ${one}`])
  expect(asked.map((each) => wordsOf(each)).map(({ subject, body }) => [subject, body])).toEqual([
    ['Parking', ''],
    ['Parking', 'By the river.'],
  ])
  expect(asked[1]?.headers.get('if-match')).toBe('"1"')
})

test('an open form in which nobody wrote makes no draft', async () => {
  const { asked } = serve({})
  const { form } = open()

  form.audience = ['attending']
  await pause()

  expect(asked).toEqual([])
})

test('words to nobody yet stay in the browser', async () => {
  const { asked } = serve({})
  const { form } = open()

  form.subject = 'Parking'
  await pause()

  expect(asked).toEqual([])
  expect(localCopyOf(event.id, undefined)?.form.subject).toBe('Parking')
})

test('half a sentence never gets into a scheduled message; it stays in the browser', async () => {
  const { asked } = serve({})
  const { form, draft } = open(reminder())

  form.body = 'We are going to'
  await pause()

  expect(asked).toEqual([])
  expect(draft.dirty.value).toBe(true)
  expect(localCopyOf(event.id, messageId)?.form.body).toBe('We are going to')
})

test('what nobody answered stays in the browser, and is saved when somebody does', async () => {
  const server = serve({ [list]: 'nobody' })
  const { form, draft } = open()
  form.audience = ['attending']
  form.subject = 'Parking'
  await pause()
  expect(localCopyOf(event.id, undefined)?.form.subject).toBe('Parking')

  server.plan({ [list]: { status: 201, body: message() } })
  await vi.advanceTimersByTimeAsync(6_000)

  const keys = server.asked.map(({ headers }) => headers.get('idempotency-key'))
  expect(new Set(keys).size).toBe(1)
  expect(draft.dirty.value).toBe(false)
  expect(localCopyOf(event.id, undefined)).toBeUndefined()
})

test('when somebody else was faster, both versions are there to choose from', async () => {
  const theirs = message({ version: 5, body: 'Theirs' })
  const server = serve({ [`PATCH ${one}`]: problem(412), [`GET ${one}`]: { body: theirs } })
  const { form, draft } = open(message())
  form.body = 'Mine'
  await pause()
  expect(draft.conflict.value?.body).toBe('Theirs')
  expect(form.body).toBe('Mine')

  server.plan({ [`PATCH ${one}`]: { body: message({ version: 6, body: 'Mine' }) } })
  draft.settle('mine')
  await pause()

  expect(server.asked.at(-1)?.headers.get('if-match')).toBe('"5"')
  expect(wordsOf(server.asked.at(-1)!).body).toBe('Mine')
  expect(draft.conflict.value).toBeUndefined()
})

test('theirs can be taken instead', async () => {
  serve({ [`PATCH ${one}`]: problem(412), [`GET ${one}`]: { body: message({ version: 5, body: 'Theirs' }) } })
  const { form, draft } = open(message())
  form.body = 'Mine'
  await pause()

  draft.settle('theirs')

  expect(form.body).toBe('Theirs')
  expect(draft.dirty.value).toBe(false)
})

test('a send is not taken back by the composer that closes after it', async () => {
  const { asked } = serve({ [`PATCH ${one}`]: { body: message({ status: 'scheduled', version: 2 }) } })
  const { form, draft, close } = open(message())
  form.when.kind = 'now'

  const sending = draft.save('send_now')
  close()
  await sending
  await pause()

  expect(asked.map((each) => (each.body as { mode: string }).mode)).toEqual(['send_now'])
})

test('whoever leaves in the middle of a sentence finds it in the draft', async () => {
  const { asked } = serve({ [`PATCH ${one}`]: { body: message({ version: 2 }) } })
  const { form, close } = open(message())

  form.body = 'By the'
  await vi.advanceTimersByTimeAsync(10)
  close()
  await pause()

  expect(wordsOf(asked[0]!).body).toBe('By the')
})
