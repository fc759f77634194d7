import { CalendarPlus, CalendarSync, MailCheck, RotateCcw, SkipForward, TriangleAlert } from '@lucide/vue'
import type { Component } from 'vue'
import type { EventImpact } from '../../../api/contract/event.ts'

type Group = {
  key: keyof EventImpact
  title: string
  icon: Component
  ink: string
  /** A sentence around its old time, instead of the old and the new one. */
  text?: (at: string) => string
}

/** What can happen to a message when its event moves, in the order in which a host wants to know. */
export const impactGroups: readonly Group[] = [
  { key: 'moved', title: 'These move with it', icon: CalendarSync, ink: 'text-accent-ink' },
  { key: 'added', title: 'Now there is time for these', icon: CalendarPlus, ink: 'text-accent-ink' },
  { key: 'rearmed', title: 'Goes out once more, with the new date', icon: RotateCcw, ink: 'text-accent-ink' },
  {
    key: 'cancelled',
    title: 'Its time has already passed',
    icon: SkipForward,
    ink: 'text-ink-3',
    text: (at) => `Was to go out on ${at}. It will be cancelled, not sent late.`,
  },
  {
    key: 'nowAfterEvent',
    title: 'Fixed time, now after the event',
    icon: TriangleAlert,
    ink: 'text-warn-ink',
    text: (at) => `Stays on ${at}. Change or cancel it in Communications.`,
  },
  {
    key: 'nowBeforeEvent',
    title: 'Fixed time, now before the event',
    icon: TriangleAlert,
    ink: 'text-warn-ink',
    text: (at) => `Stays on ${at}, though it was written for afterwards.`,
  },
  {
    key: 'alreadySending',
    title: 'Already on its way with the old date',
    icon: MailCheck,
    ink: 'text-ink-3',
    text: () => 'Those guests have read the old date. Write them a short notice afterwards.',
  },
]
