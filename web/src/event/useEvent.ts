import { computed, inject, provide, type ComputedRef, type InjectionKey } from 'vue'
import type { Event } from '../../../api/contract/event.ts'

export type EventHere = {
  event: ComputedRef<Event>
  /** Editors and owners change things; viewers see no controls for it. */
  canEdit: ComputedRef<boolean>
  isOwner: ComputedRef<boolean>
  reload: () => Promise<void>
}

const key: InjectionKey<EventHere> = Symbol('event')

export function provideEvent(event: ComputedRef<Event>, reload: () => Promise<void>): EventHere {
  const here = {
    event,
    canEdit: computed(() => event.value.role !== 'viewer'),
    isOwner: computed(() => event.value.role === 'owner'),
    reload,
  }
  provide(key, here)
  return here
}

/** The event whose tab this is. The layout shows no tab before it is there. */
export function useEvent(): EventHere {
  const here = inject(key)
  if (!here) throw new Error('useEvent() belongs inside the event layout')
  return here
}
