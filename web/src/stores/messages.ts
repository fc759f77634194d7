import { defineStore } from 'pinia'
import type { Message, MessageChange, NewMessage } from '../../../api/contract/message.ts'
import { call } from '../api/client.ts'
import { createKnown } from './messages/known.ts'
import { createPages } from './messages/pages.ts'

/** What becomes of those of whom nobody knows whether they got it. */
export type Resolution = { deliveries: string[] | 'all'; as: 'resend' | 'leave' }

/** The messages of the host's events, and all that can be done with one of them. */
export const useMessages = defineStore('messages', () => {
  const { known, keep, keepRead, takeMetrics } = createKnown()
  const { list, ...pages } = createPages({ known, keepRead })

  const at = (message: Pick<Message, 'id' | 'eventId'>) => ({ id: message.eventId, messageId: message.id })

  async function open(id: string, messageId: string, signal?: AbortSignal): Promise<Message> {
    const askedAt = performance.now()
    const message = await call('GET /v1/events/{id}/messages/{messageId}', { params: { id, messageId }, signal })
    return keepRead(message, askedAt)
  }

  async function create(id: string, body: NewMessage, idempotencyKey: string): Promise<Message> {
    const created = await call('POST /v1/events/{id}/messages', { params: { id }, body, idempotencyKey })
    list([created])
    return created
  }

  /** Refused with 412 when somebody else was faster; without a version, whatever stands there is replaced. */
  const change = async (message: Pick<Message, 'id' | 'eventId'>, body: MessageChange, version?: number) =>
    keep(await call('PATCH /v1/events/{id}/messages/{messageId}', { params: at(message), body, version }))

  const sendNow = async (message: Message, idempotencyKey: string) =>
    keep(
      await call('POST /v1/events/{id}/messages/{messageId}/send-now', {
        params: at(message),
        body: {},
        idempotencyKey,
      }),
    )

  /** The same words again, to those who have not opened them. */
  async function resend(message: Message, idempotencyKey: string): Promise<Message> {
    const route = 'POST /v1/events/{id}/messages/{messageId}/resend'
    const again = await call(route, { params: at(message), body: {}, idempotencyKey })
    list([again])
    return again
  }

  /** Takes a send-now back while its window is open; the text is as it was. */
  const undoSend = (message: Message) => change(message, { mode: 'draft' })

  async function cancel(message: Message): Promise<Message> {
    await call('DELETE /v1/events/{id}/messages/{messageId}', { params: at(message) })
    return open(message.eventId, message.id)
  }

  const stop = async (message: Message, discard: boolean) =>
    keep(await call('POST /v1/events/{id}/messages/{messageId}/stop', { params: at(message), body: { discard } }))

  const resume = async (message: Message) =>
    keep(await call('POST /v1/events/{id}/messages/{messageId}/resume', { params: at(message), body: {} }))

  const retryFailed = async (message: Message, guests: string[] | 'all', idempotencyKey: string) =>
    keep(
      await call('POST /v1/events/{id}/messages/{messageId}/retry-failed', {
        ...{ params: at(message), idempotencyKey },
        body: guests === 'all' ? {} : { guests },
      }),
    )

  const resolve = async (message: Message, body: Resolution, idempotencyKey: string) =>
    keep(await call('POST /v1/events/{id}/messages/{messageId}/resolve', { params: at(message), body, idempotencyKey }))

  const sendTest = (message: Message) =>
    call('POST /v1/events/{id}/messages/{messageId}/test-send', { params: at(message), body: {} })

  return {
    ...{ known, takeMetrics, ...pages },
    ...{ open, create, change, sendNow, resend, undoSend, cancel, stop, resume, retryFailed, resolve, sendTest },
  }
})
