import { computed, ref } from 'vue'
import type { Span } from './shapes.ts'

const pageOfMoments = 10

/** Which moment of a chart is read: the pointer and the arrow keys move it. Undefined: none. */
export function useMoment(spans: () => readonly Span[]) {
  const last = computed(() => spans().length - 1)
  const at = ref<number>()
  const here = computed(() => (at.value === undefined ? undefined : Math.min(at.value, last.value)))

  function point({ offsetX, currentTarget }: PointerEvent): void {
    const share = offsetX / Math.max((currentTarget as HTMLElement).clientWidth, 1)
    const found = spans().findIndex(({ end }) => share <= end)
    at.value = found === -1 ? last.value : found
  }

  const steps: Record<string, (from: number) => number> = {
    ArrowRight: (from) => from + 1,
    ArrowUp: (from) => from + 1,
    ArrowLeft: (from) => from - 1,
    ArrowDown: (from) => from - 1,
    PageUp: (from) => from + pageOfMoments,
    PageDown: (from) => from - pageOfMoments,
    Home: () => 0,
    End: () => last.value,
  }
  function step(event: KeyboardEvent): void {
    const move = steps[event.key]
    if (!move) return
    event.preventDefault()
    at.value = Math.min(last.value, Math.max(0, move(here.value ?? last.value)))
  }

  return { here, last, point, step, leave: () => void (at.value = undefined) }
}
