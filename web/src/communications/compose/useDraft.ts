import { computed, onScopeDispose, ref, shallowRef, toRaw, watch } from 'vue'
import type { Event } from '../../../../api/contract/event.ts'
import type { Message } from '../../../../api/contract/message.ts'
import { connected, newKey } from '../../api/client.ts'
import { asProblem, type ApiProblem } from '../../api/problem.ts'
import { useMessages } from '../../stores/messages.ts'
import { changeOf, formOf, isSavable, sameForm, type Form, type Mode } from './form.ts'
import { forgetLocally, keepLocally } from './localCopy.ts'

/** The first pause in typing. */
const saveAfterMs = 900
/** A save that nobody answered is tried again by itself. */
const retryAfterMs = 5_000

type Options = {
  event: () => Event
  form: Form
  message: Message | undefined
  /** Nothing in it that the server would refuse anyway. */
  isSound?: () => boolean
}

/**
 * Keeps what is written: drafts on the server after each pause, and everything that is not there yet in this browser. A scheduled
 * message is saved only when the host says so, because half a sentence must never go out.
 */
export function useDraft({ event, form, message, isSound = () => true }: Options) {
  const messages = useMessages()
  const stored = shallowRef(message)
  const problem = shallowRef<ApiProblem>()
  const conflict = shallowRef<Message>()
  const savedAt = ref<Date>()
  const saving = ref(false)
  const settled = ref(copy(message ? formOf(message, event(), new Date()) : form))
  let createKey = newKey()
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<unknown> = Promise.resolve()
  let left = false

  const dirty = computed(() => !sameForm(form, settled.value))
  const savesItself = computed(() => stored.value?.status !== 'scheduled' && !conflict.value)

  watch(
    () => JSON.stringify(form),
    () => {
      if (dirty.value) keepLocally(event().id, stored.value?.id, { form: copy(form), at: new Date().toISOString() })
      problem.value = undefined
      later(saveAfterMs)
    },
  )
  watch(connected, (online) => online && dirty.value && later(0))

  function later(ms: number): void {
    clearTimeout(timer)
    if (savesItself.value && !left) timer = setTimeout(() => void saveQuietly(), ms)
  }

  async function saveQuietly(): Promise<void> {
    // What runs may be a send: only after it is it known whether there is still a draft to save.
    await running
    if (!dirty.value || !savesItself.value || !isSavable(form, stored.value) || !isSound()) return
    await save('draft').catch((failure: ApiProblem) => {
      if (failure.passing) later(retryAfterMs)
    })
  }

  /** One save at a time, so that each knows the version that the one before it made. */
  function save(mode: Mode): Promise<Message> {
    clearTimeout(timer)
    const mine = running.then(() => write(mode))
    running = mine.catch(() => {})
    return mine
  }

  async function write(mode: Mode): Promise<Message> {
    const sent = copy(form)
    const was = stored.value
    saving.value = true
    try {
      const change = changeOf(sent, event(), mode)
      const answer = was
        ? await messages.change(was, change, was.version)
        : await messages.create(
            event().id,
            { ...change, kind: sent.kind, audience: sent.audience, subject: sent.subject, body: sent.body },
            createKey,
          )
      forgetLocally(event().id, was?.id)
      stored.value = answer
      settled.value = sent
      savedAt.value = new Date()
      problem.value = undefined
      return answer
    } catch (failure) {
      problem.value = asProblem(failure)
      // After an answer, the same key would repeat it; without one, it must not create a second draft.
      if (problem.value.status !== 0) createKey = newKey()
      if (problem.value.status === 412 && was) conflict.value = await messages.open(was.eventId, was.id)
      throw problem.value
    } finally {
      saving.value = false
      if (problem.value === undefined && dirty.value) later(saveAfterMs)
    }
  }

  /** Of two versions one stays: theirs, or mine on top of theirs. Left open, the next save asks again. */
  function settle(whose: 'theirs' | 'mine' | 'later'): void {
    const theirs = conflict.value
    if (whose === 'later') conflict.value = undefined
    if (!theirs || whose === 'later') return
    stored.value = theirs
    settled.value = formOf(theirs, event(), new Date())
    conflict.value = problem.value = undefined
    if (whose === 'theirs') Object.assign(form, copy(settled.value))
    else later(0)
  }

  function revert(): void {
    Object.assign(form, copy(settled.value))
    forgetLocally(event().id, stored.value?.id)
  }

  onScopeDispose(() => {
    clearTimeout(timer)
    left = true
    // Whoever leaves in the middle of a sentence finds it in the draft; the copy in this browser stays until it is there.
    void saveQuietly()
  })

  return { stored, problem, conflict, savedAt, saving, dirty, savesItself, save, settle, revert }
}

function copy(form: Form): Form {
  const raw = toRaw(form)
  return { ...raw, audience: [...raw.audience], when: { ...raw.when } }
}
