import { defineStore } from 'pinia'
import { ref } from 'vue'

export type Toast = {
  id: number
  text: string
  tone: 'plain' | 'bad'
  /** Takes the thing back. Without it the toast only tells. */
  undo?: () => Promise<unknown> | void
  /** What it tells of. The next notice about the same takes its place. */
  about?: string
  /** Somebody else closes the window, at that moment, whoever looks at the toast meanwhile. */
  strict: boolean
  totalMs: number
  leftMs: number
}

/** Nobody should have to hurry (WCAG 2.2.1): twenty seconds, and the clock waits while the toast is looked at. */
const undoWithinMs = 20_000
const readWithinMs = 6_000
const toastsMax = 3

export const useToasts = defineStore('toasts', () => {
  const items = ref<Toast[]>([])
  let last = 0

  /** With `ms` the window is not ours to hold open. */
  function show(text: string, options: Partial<Pick<Toast, 'undo' | 'tone' | 'about'>> & { ms?: number } = {}): number {
    const { about, tone = 'plain', ms } = options
    const totalMs = ms ?? (options.undo ? undoWithinMs : readWithinMs)
    const clock = { strict: ms !== undefined, totalMs, leftMs: totalMs }
    const toast = { id: ++last, text, tone, about, undo: options.undo, ...clock }
    const others = items.value.filter((one) => about === undefined || one.about !== about)
    items.value = [...others, toast].slice(-toastsMax)
    return toast.id
  }

  function dismiss(id: number): void {
    items.value = items.value.filter((toast) => toast.id !== id)
  }

  function tick(elapsedMs: number, held = false): void {
    for (const toast of items.value) if (toast.strict || !held) toast.leftMs -= elapsedMs
    items.value = items.value.filter((toast) => toast.leftMs > 0)
  }

  async function undo(id: number): Promise<void> {
    const toast = items.value.find((one) => one.id === id)
    dismiss(id)
    try {
      await toast?.undo?.()
    } catch (failure) {
      show(failure instanceof Error ? failure.message : 'That could not be undone.', { tone: 'bad' })
    }
  }

  return { items, show, dismiss, tick, undo }
})
