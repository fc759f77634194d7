import { ref } from 'vue'
import type { Event } from '../../../../api/contract/event.ts'
import type { Message } from '../../../../api/contract/message.ts'
import { asProblem } from '../../api/problem.ts'
import { useMessages } from '../../stores/messages.ts'
import { useToasts } from '../../stores/toasts.ts'
import { shortWhen } from '../../time/words.ts'
import { useMessageActions } from '../useMessageActions.ts'
import { guests } from '../words.ts'
import { modeOf, type Form } from './form.ts'
import { manyGuests } from './questions.ts'
import type { useDraft } from './useDraft.ts'

type Options = {
  event: () => Event
  form: Form
  draft: ReturnType<typeof useDraft>
  /** Undefined while it is counted. */
  count: () => number | undefined
}

/** What the one big button does, and what it asks before: about nobody, and about very many. */
export function useSending({ event, form, draft, count }: Options) {
  const messages = useMessages()
  const toasts = useToasts()
  const actions = useMessageActions()
  const question = ref<'nobody' | 'many'>()
  const acting = ref(false)
  const testing = ref(false)

  async function press(): Promise<Message | undefined> {
    question.value = questionAbout(form.when.kind, count())
    return question.value ? undefined : act()
  }

  async function act(): Promise<Message | undefined> {
    acting.value = true
    try {
      const done = await draft.save(modeOf(form.when))
      tell(done)
      return done
    } catch {
      // useDraft keeps what was refused, and it is shown beside the field.
      return undefined
    } finally {
      acting.value = false
      question.value = undefined
    }
  }

  function tell(done: Message): void {
    if (done.undoUntil) actions.offerUndo(done)
    else if (done.status === 'scheduled' && done.sendAt) {
      toasts.show(`Scheduled for ${shortWhen(done.sendAt, event().timezone)}, to ${guests(done.recipients)}.`)
    } else toasts.show('The draft is saved.')
  }

  async function sendTest(): Promise<void> {
    testing.value = true
    try {
      await messages.sendTest(await whatIsTested())
      toasts.show('A test is on its way to your own address.')
    } catch (failure) {
      toasts.show(asProblem(failure).message, { tone: 'bad' })
    } finally {
      testing.value = false
    }
  }

  /** A scheduled message is tested as it is stored: a test must not change what goes out. */
  async function whatIsTested(): Promise<Message> {
    const { value: stored } = draft.stored
    return stored && (stored.status === 'scheduled' || !draft.dirty.value) ? stored : draft.save('draft')
  }

  return { question, acting, testing, press, act, sendTest }
}

function questionAbout(kind: Form['when']['kind'], count: number | undefined): 'nobody' | 'many' | undefined {
  if (kind === 'draft' || count === undefined) return undefined
  if (count === 0) return 'nobody'
  return kind === 'now' && count > manyGuests ? 'many' : undefined
}
