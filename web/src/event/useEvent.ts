import { computed, inject, provide, type ComputedRef, type InjectionKey } from 'vue'
import type { Event } from '../../../api/contract/event.ts'
import type { LiveStats } from '../live/useLiveStats.ts'

export type EventHere = {
  event: ComputedRef<Event>
  /** Editors and owners change things; viewers see no controls for it. */
  canEdit: ComputedRef<boolean>
  isOwner: ComputedRef<boolean>
  reload: () => Promise<void>
  /** The line over which answers arrive. */
  live: LiveStats
}

const key: InjectionKey<EventHere> = Symbol('event')

export function provideEvent(event: ComputedRef<Event>, reload: () => Promise<void>, live: LiveStats): EventHere {
  const here = {
    event,
    canEdit: computed(() => event.value.role !== 'viewer'),
    isOwner: computed(() => event.value.role === 'owner'),
    reload,
    live,
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
