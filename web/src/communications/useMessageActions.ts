import type { Message } from '../../../api/contract/message.ts'
import { newKey } from '../api/client.ts'
import { useMessages, type Resolution } from '../stores/messages.ts'
import { useToasts } from '../stores/toasts.ts'
import { guests } from './words.ts'

const isTried = (count: number) => `${guests(count)} ${count === 1 ? 'is' : 'are'} tried`

/** What can be done to a message from its row and from its page, and what is said after it. */
export function useMessageActions() {
  const messages = useMessages()
  const toasts = useToasts()

  /** Until the server's window closes. The row offers the same for as long, also after a reload. */
  function offerUndo(message: Message): void {
    const ms = message.undoUntil ? Date.parse(message.undoUntil) - Date.now() : 0
    const text = `“${message.label}” goes out to ${guests(message.recipients)}.`
    toasts.show(text, { about: message.id, ...(ms > 0 ? { ms, undo: () => undo(message) } : {}) })
  }

  async function sendNow(message: Message, key = newKey()): Promise<Message> {
    const sent = await messages.sendNow(message, key)
    offerUndo(sent)
    return sent
  }

  async function resend(message: Message, key: string): Promise<Message> {
    const again = await messages.resend(message, key)
    offerUndo(again)
    return again
  }

  async function undo(message: Message): Promise<Message> {
    const draft = await messages.undoSend(message)
    toasts.show(`“${draft.label}” is a draft again. Nobody got it.`, { about: draft.id })
    return draft
  }

  async function cancel(message: Message): Promise<Message> {
    const cancelled = await messages.cancel(message)
    toasts.show(`“${cancelled.label}” is cancelled. Nobody gets it.`, { about: cancelled.id })
    return cancelled
  }

  async function retryFailed(message: Message, chosen: string[] | 'all', key: string): Promise<Message> {
    const tried = await messages.retryFailed(message, chosen, key)
    toasts.show(`${isTried(chosen === 'all' ? message.counts.failed : chosen.length)} again.`, { about: message.id })
    return tried
  }

  async function resolve(message: Message, deliveries: string[] | 'all', as: Resolution['as'], key: string) {
    const resolved = await messages.resolve(message, { deliveries, as }, key)
    const count = deliveries === 'all' ? message.unresolved : deliveries.length
    const said = as === 'resend' ? `${isTried(count)} again.` : `Left as it is for ${guests(count)}.`
    toasts.show(said, { about: message.id })
    return resolved
  }

  return { sendNow, resend, undo, cancel, offerUndo, retryFailed, resolve }
}
