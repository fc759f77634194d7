import { computed, ref, shallowRef, watch, type ComputedRef } from 'vue'
import type { EditedEvent, Event, EventChange } from '../../../api/contract/event.ts'
import { alsoShown, eventFaults, valuesOf } from '../events/eventForm.ts'
import { useForm } from '../forms/useForm.ts'
import { useEvents } from '../stores/events.ts'
import { useToasts } from '../stores/toasts.ts'
import { shortWhen } from '../time/words.ts'
import { changeOf, movesInTime, touches } from './eventEdit.ts'

/** Editing an event: a move in time is first asked about, with what it does to each message; everything else is saved at once. */
export function useEventEdit(event: ComputedRef<Event>, reload: () => Promise<void>) {
  const events = useEvents()
  const toasts = useToasts()
  const preview = shallowRef<EditedEvent>()
  const base = ref(event.value)

  const form = useForm({
    initial: valuesOf(event.value),
    check: eventFaults,
    alsoShown,
    send: async (values) => {
      const change = changeOf(base.value, values)
      if (movesInTime(change) && !preview.value) {
        const impact = await events.preview(event.value.id, change)
        if (touches(impact) > 0) {
          preview.value = impact
          return undefined
        }
      }
      return save(change)
    },
  })

  const dirty = computed(() => Object.keys(changeOf(base.value, form.values)).length > 0)
  const stale = computed(() => form.problem.value?.status === 412)

  // Numbers arrive all the time; only a new version of the event itself may refresh what is typed, and only when nothing is.
  watch(event, (now) => {
    if (now.version !== base.value.version && !dirty.value) reset()
  })

  async function save(change: EventChange): Promise<Event> {
    const before = base.value
    const edited = await events.change(before.id, change, before.version)
    preview.value = undefined
    base.value = edited
    Object.assign(form.values, valuesOf(edited))
    tell(before, edited, change)
    return edited
  }

  function tell(before: Event, edited: Event, change: EventChange): void {
    if (!movesInTime(change)) return void toasts.show('Saved.')
    const back = Object.fromEntries(Object.keys(change).map((field) => [field, before[field as keyof Event]]))
    toasts.show(`Moved to ${shortWhen(edited.startsAt, edited.timezone)}.`, {
      undo: async () => {
        base.value = await events.change(before.id, back, edited.version)
        reset()
      },
    })
  }

  function reset(): void {
    base.value = event.value
    preview.value = undefined
    form.problem.value = undefined
    Object.assign(form.values, valuesOf(event.value))
  }

  /** Somebody else was faster. Their version becomes the one to compare with; what is typed here stays. */
  async function catchUp(keep: 'mine' | 'theirs'): Promise<void> {
    await reload()
    base.value = event.value
    if (keep === 'theirs') reset()
    else await form.submit()
  }

  return { form, preview, dirty, stale, reset, catchUp }
}
