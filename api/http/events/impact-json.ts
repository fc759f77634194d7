import type { EventImpact } from '../../contract/event.ts'
import type { EventEditPlan, Touched } from '../../domain/plan-event-edit.ts'
import { messageLabel } from '../../domain/message-label.ts'
import { instant } from '../instant.ts'

/** What an edit of an event does to its messages, as people read it. A reminder that is added has no id yet. */
export function impactJson(plan: EventEditPlan): EventImpact {
  return {
    moved: plan.moved.map(touchedJson),
    cancelled: plan.cancelled.map(touchedJson),
    rearmed: plan.rearmed.map(touchedJson),
    alreadySending: plan.alreadySending.map(touchedJson),
    nowAfterEvent: plan.nowAfterEvent.map(touchedJson),
    nowBeforeEvent: plan.nowBeforeEvent.map(touchedJson),
    added: plan.added.map(({ reminderKey, subject, sendAt }) => ({
      label: messageLabel({ kind: 'reminder', reminderKey, subject }),
      sendAt: sendAt.toISOString(),
    })),
  }
}

function touchedJson({ messageId, label, oldSendAt, newSendAt }: Touched) {
  return { messageId, label, oldSendAt: instant(oldSendAt), newSendAt: instant(newSendAt) }
}
