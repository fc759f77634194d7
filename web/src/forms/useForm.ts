import { computed, nextTick, reactive, ref, watch } from 'vue'
import { useSubmit } from '../api/useSubmit.ts'

type Faults<Values> = { [Field in keyof Values]?: string }

type Plan<Values, T> = {
  initial: Values
  /** What is wrong, in sentences; nothing when it may be sent. The server has the last word. */
  check: (values: Values) => Faults<Values>
  send: (values: Values, idempotencyKey: string) => Promise<T>
  /** Fields of the server that the form shows under another name. */
  alsoShown?: readonly string[]
}

/** A form: what is typed, what is wrong with it, and its way to the server. What was typed stays when sending fails. */
export function useForm<Values extends object, T>({ initial, check, send, alsoShown = [] }: Plan<Values, T>) {
  const values = reactive({ ...initial }) as Values
  const faults = ref<Faults<Values>>({})
  const tried = ref(false)
  const {
    busy,
    problem,
    submit: sendOnce,
  } = useSubmit(
    (key) => send(values, key),
    () => JSON.stringify(values),
  )

  // Nobody is told off while still typing for the first time; after that, each fault goes as soon as it is mended.
  watch(values, () => {
    if (tried.value) faults.value = check(values)
  })

  const errorOf = (field: string): string | undefined =>
    (faults.value as Record<string, string | undefined>)[field] ?? problem.value?.about(field)

  /** What the server refused as a whole, or about a field that this form does not show. */
  const refusal = computed(() => {
    const shown = [...Object.keys(initial), ...alsoShown].some((field) => problem.value?.about(field))
    return shown ? undefined : problem.value?.message
  })

  async function submit(event?: globalThis.Event): Promise<T | undefined> {
    const form = event?.currentTarget
    tried.value = true
    faults.value = check(values)
    const answer = Object.values(faults.value).some(Boolean) ? undefined : await sendOnce()
    if (answer === undefined && form instanceof HTMLFormElement) await focusFirstFault(form)
    if (answer !== undefined) tried.value = false
    return answer
  }

  return { values, errorOf, refusal, problem, busy, submit }
}

async function focusFirstFault(form: HTMLFormElement): Promise<void> {
  await nextTick()
  const fault = form.querySelector<HTMLElement>('[aria-invalid=true], [data-fault]')
  const focusable = fault?.matches('[role=group]') ? fault.querySelector<HTMLElement>('[tabindex]') : fault
  focusable?.focus()
}
