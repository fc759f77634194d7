import { computed, reactive, ref } from 'vue'
import type { Event } from '../../../../api/contract/event.ts'
import type { Message } from '../../../../api/contract/message.ts'
import { useLists } from '../../stores/lists.ts'
import { useNow } from '../../time/useNow.ts'
import { buttonWords } from './buttonWords.ts'
import { bracesAreSound, checkWords, faultsOf } from './checks.ts'
import { emptyForm, formOf, isBlank, sameForm, type Form, type Start } from './form.ts'
import { localCopyOf } from './localCopy.ts'
import { savedWords } from './savedWords.ts'
import { useDraft } from './useDraft.ts'
import { useRecipientCount, type Whom } from './useRecipientCount.ts'
import { useSending } from './useSending.ts'
import { instantOfWhen } from './when.ts'

type Options = { event: () => Event; message: Message | undefined; start?: Start }

/** Fields that have a place of their own for what the server refuses. */
const shownFields = ['subject', 'body', 'sendAt', 'rule']

/** Everything that the composer decides: what stands in the form, who gets it, what is wrong, and what the button does. */
export function useComposer({ event, message, start }: Options) {
  const lists = useLists()
  const now = useNow()

  const form: Form = reactive(message ? formOf(message, event(), new Date()) : emptyForm(event(), new Date(), start))
  const isSound = computed(() => bracesAreSound(form, lists.placeholders))
  const draft = useDraft({ event, form, message, isSound: () => isSound.value })
  const broughtBack = ref(bringBack())
  const whom = computed((): Whom => {
    const kind = form.kind ?? (draft.stored.value?.kind === 'reminder' ? 'reminder' : undefined)
    const sendAt = instantOfWhen(form.when, event())?.toISOString()
    return { audience: form.audience, kind, sendAt, resendOf: draft.stored.value?.resendOf ?? undefined }
  })
  const who = useRecipientCount(
    () => event().id,
    () => whom.value,
    () => JSON.stringify(event().stats),
  )
  const sending = useSending({ event, form, draft, count: () => who.count.value })

  /** What was typed last time and did not reach the server. A starting point that was just chosen goes before it. */
  function bringBack(): string | undefined {
    const kept = start ? undefined : localCopyOf(event().id, message?.id)
    if (!kept || sameForm(kept.form, form)) return undefined
    Object.assign(form, kept.form)
    return kept.at
  }

  const tried = ref(false)
  const faults = computed(() => faultsOf(form, event(), lists.placeholders, now.value))
  const refused = (field: string) => draft.problem.value?.about(field)

  /** A stranger between braces is told at once; what is only missing, after the first try to send. */
  const shownFaults = computed(() => ({
    audience: tried.value ? faults.value.audience : undefined,
    subject: (tried.value || form.subject.includes('}}') ? faults.value.subject : undefined) ?? refused('subject'),
    body: (tried.value || form.body.includes('}}') ? faults.value.body : undefined) ?? refused('body'),
    when: refused('sendAt') ?? refused('rule') ?? faults.value.when,
  }))

  /** What the server refused as a whole, or about something that has no field here. Two versions have their own dialog. */
  const refusal = computed(() => {
    const { value: problem } = draft.problem
    return problem && problem.status !== 412 && !shownFields.some(refused) ? problem.message : undefined
  })

  const status = computed(() => draft.stored.value?.status)
  const words = computed(() => buttonWords({ kind: form.when.kind, count: who.count.value, status: status.value }))
  const checks = computed(() => ({ fine: !Object.values(faults.value).some(Boolean), words: checkWords(faults.value) }))
  const waitsFor = computed(() => {
    if (form.audience.length === 0) return 'choose an audience to save it'
    return isSound.value ? undefined : 'put the placeholder right to save it'
  })
  const saved = computed(() =>
    savedWords({
      saving: draft.saving.value,
      problem: draft.problem.value,
      dirty: draft.dirty.value && !isBlank(form),
      savesItself: draft.savesItself.value,
      savedAt: draft.savedAt.value,
      status: status.value,
      waitsFor: waitsFor.value,
    }),
  )

  async function press(): Promise<Message | undefined> {
    tried.value = true
    return checks.value.fine ? sending.press() : undefined
  }

  return {
    ...sending,
    form,
    draft,
    broughtBack,
    whom,
    who,
    now,
    shownFaults,
    isSound,
    refusal,
    words,
    checks,
    saved,
    press,
  }
}
