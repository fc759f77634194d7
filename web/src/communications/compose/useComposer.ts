import { computed, reactive, ref } from 'vue'
import type { Event } from '../../../../api/contract/event.ts'
import type { Message } from '../../../../api/contract/message.ts'
import { asProblem, type ApiProblem } from '../../api/problem.ts'
import { useLists } from '../../stores/lists.ts'
import { useMessages } from '../../stores/messages.ts'
import { useToasts } from '../../stores/toasts.ts'
import { clock, shortWhen } from '../../time/words.ts'
import { ownZone } from '../../time/zones.ts'
import { useNow } from '../../time/useNow.ts'
import { useMessageActions } from '../useMessageActions.ts'
import { guests } from '../words.ts'
import { buttonWords } from './buttonWords.ts'
import { checkWords, faultsOf } from './checks.ts'
import { emptyForm, formOf, modeOf, sameForm, type Form, type Start } from './form.ts'
import { localCopyOf } from './localCopy.ts'
import { manyGuests } from './questions.ts'
import { useDraft } from './useDraft.ts'
import { useRecipientCount } from './useRecipientCount.ts'

type Options = { event: () => Event; message: Message | undefined; start?: Start }

/** Everything that the composer decides: what stands in the form, who gets it, what is wrong, and what the button does. */
export function useComposer({ event, message, start }: Options) {
  const lists = useLists()
  const messages = useMessages()
  const toasts = useToasts()
  const actions = useMessageActions()
  const now = useNow()

  const stored = message ? formOf(message, event(), new Date()) : emptyForm(event(), new Date(), start)
  const form: Form = reactive(stored)
  const draft = useDraft({ event, form, message })
  const broughtBack = ref(bringBack())
  const who = useRecipientCount(
    () => event().id,
    () => form.audience,
    () => JSON.stringify(event().stats),
  )

  /** What was typed last time and did not reach the server. A starting point that was just chosen goes before it. */
  function bringBack(): string | undefined {
    const kept = start ? undefined : localCopyOf(event().id, message?.id)
    if (!kept || sameForm(kept.form, form)) return undefined
    Object.assign(form, kept.form)
    return kept.at
  }

  const tried = ref(false)
  const faults = computed(() => faultsOf(form, event(), lists.placeholders, now.value))
  /** A stranger between braces is told at once; what is only missing, after the first try to send. */
  const shownFaults = computed(() => ({
    audience: tried.value ? faults.value.audience : undefined,
    subject: refused('subject') ?? (tried.value || form.subject.includes('}}') ? faults.value.subject : undefined),
    body: refused('body') ?? (tried.value || form.body.includes('}}') ? faults.value.body : undefined),
    when: refused('sendAt') ?? refused('rule') ?? faults.value.when,
  }))
  const refused = (field: string) => draft.problem.value?.about(field)

  /** What the server refused as a whole, or about something that has no field here. */
  const refusal = computed(() => {
    const { value: problem } = draft.problem
    const isShown = ['subject', 'body', 'sendAt', 'rule'].some((field) => problem?.about(field))
    return problem && problem.status !== 412 && !isShown ? problem.message : undefined
  })

  const status = computed(() => draft.stored.value?.status)
  const words = computed(() => buttonWords({ kind: form.when.kind, count: who.count.value, status: status.value }))
  const checks = computed(() => ({ fine: !Object.values(faults.value).some(Boolean), words: checkWords(faults.value) }))

  /** What the button asks before it does it: about nobody, or about very many. */
  const question = ref<'nobody' | 'many'>()
  const acting = ref(false)

  function press(): Promise<Message | undefined> {
    tried.value = true
    if (form.when.kind !== 'draft' && !checks.value.fine) return Promise.resolve(undefined)
    if (faults.value.audience) return Promise.resolve(undefined)
    const count = who.count.value
    if (form.when.kind !== 'draft' && count === 0) question.value = 'nobody'
    else if (form.when.kind === 'now' && count !== undefined && count > manyGuests) question.value = 'many'
    else return act()
    return Promise.resolve(undefined)
  }

  async function act(): Promise<Message | undefined> {
    acting.value = true
    try {
      const done = await draft.save(modeOf(form.when))
      question.value = undefined
      tell(done)
      return done
    } catch {
      // useDraft keeps what was refused, and it is shown beside the field.
      question.value = undefined
      return undefined
    } finally {
      acting.value = false
    }
  }

  function tell(done: Message): void {
    if (done.undoUntil) actions.offerUndo(done)
    else if (done.status === 'scheduled' && done.sendAt) {
      toasts.show(`Scheduled for ${shortWhen(done.sendAt, event().timezone)}, to ${guests(done.recipients)}.`)
    } else toasts.show('The draft is saved.')
  }

  const testing = ref(false)
  async function sendTest(): Promise<void> {
    testing.value = true
    try {
      const saved = draft.stored.value && !draft.dirty.value ? draft.stored.value : await savedForTest()
      await messages.sendTest(saved)
      toasts.show('A test is on its way to your own address.')
    } catch (failure) {
      toasts.show(asProblem(failure).message, { tone: 'bad' })
    } finally {
      testing.value = false
    }
  }

  /** A scheduled message is tested as it is stored: a test must not change what goes out. */
  function savedForTest(): Promise<Message> {
    const { value: kept } = draft.stored
    return kept?.status === 'scheduled' ? Promise.resolve(kept) : draft.save('draft')
  }

  const savedWords = computed(() => savingWords(draft, clock))

  return {
    form,
    draft,
    broughtBack,
    who,
    now,
    shownFaults,
    refusal,
    words,
    checks,
    question,
    acting,
    testing,
    savedWords,
    press,
    act,
    sendTest,
  }
}

type Draft = ReturnType<typeof useDraft>

/** "Draft saved 14:09", or why it is only here. */
function savingWords(
  { saving, problem, dirty, savesItself, savedAt, stored }: Draft,
  at: typeof clock,
): string | undefined {
  if (saving.value) return 'Saving'
  const { value: failure }: { value: ApiProblem | undefined } = problem
  if (failure) return failure.passing ? 'Not saved yet, kept in this browser' : 'Not saved, kept in this browser'
  if (dirty.value && !savesItself.value) return 'Changes are not saved yet'
  if (savedAt.value && stored.value?.status === 'draft') return `Draft saved ${at(savedAt.value, ownZone)}`
  return undefined
}
