import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { Preview } from '../../../../api/contract/preview.ts'
import { call } from '../../api/client.ts'
import { asProblem, type ApiProblem } from '../../api/problem.ts'

/** A pause in typing. */
const askAfterMs = 300

export type Words = { subject: string; body: string; audience: readonly string[]; kind?: 'notice' }

/** A mail as one guest gets it, from words that need not be saved. The last one stays while the next is on its way. */
export function usePreview(options: {
  eventId: () => string
  /** The stored message, whose frozen words are shown when no others are given. */
  messageId: () => string | undefined
  words: () => Words | undefined
  guestId: () => string | undefined
  /** Nobody looks, nothing is asked. */
  visible: () => boolean
}) {
  const preview = shallowRef<Preview>()
  const problem = shallowRef<ApiProblem>()
  const asking = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let current: AbortController | undefined

  async function ask(): Promise<void> {
    current?.abort()
    const mine = (current = new AbortController())
    asking.value = true
    try {
      const answer = await askServer(mine.signal)
      if (mine !== current) return
      preview.value = answer
      problem.value = undefined
    } catch (failure) {
      if (mine === current) problem.value = asProblem(failure)
    } finally {
      if (mine === current) asking.value = false
    }
  }

  function askServer(signal: AbortSignal): Promise<Preview> {
    const { eventId, messageId, words, guestId } = options
    const id = eventId()
    const stored = messageId()
    const unsaved = words()
    if (unsaved || !stored) {
      return call('POST /v1/events/{id}/messages/preview', {
        params: { id },
        body: { ...sendable(unsaved), guestId: guestId() },
        signal,
      })
    }
    const params = { id, messageId: stored }
    return call('POST /v1/events/{id}/messages/{messageId}/preview', { params, body: { guestId: guestId() }, signal })
  }

  watch(
    () => [options.visible(), options.guestId(), options.messageId(), JSON.stringify(sendable(options.words()))],
    () => {
      clearTimeout(timer)
      if (options.visible()) timer = setTimeout(() => void ask(), preview.value ? askAfterMs : 0)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    clearTimeout(timer)
    current?.abort()
    current = undefined
  })

  return { preview, problem, asking, ask }
}

/** Of a form only what the mail is made of. Without an audience yet, the server takes any guest. */
function sendable(words: Words | undefined) {
  const { subject = '', body = '', audience = [], kind } = words ?? {}
  return { subject, body, kind, ...(audience.length > 0 ? { audience: [...audience] } : {}) }
}
