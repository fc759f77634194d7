import { defineStore } from 'pinia'
import { ref } from 'vue'

export type Toast = {
  id: number
  text: string
  tone: 'plain' | 'bad'
  /** Takes the thing back. Without it the toast only tells. */
  undo?: () => Promise<unknown> | void
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

  function show(text: string, options: { undo?: Toast['undo']; tone?: Toast['tone']; ms?: number } = {}): number {
    const totalMs = options.ms ?? (options.undo ? undoWithinMs : readWithinMs)
    const toast = { id: ++last, text, tone: options.tone ?? 'plain', undo: options.undo, totalMs, leftMs: totalMs }
    items.value = [...items.value, toast].slice(-toastsMax)
    return toast.id
  }

  function dismiss(id: number): void {
    items.value = items.value.filter((toast) => toast.id !== id)
  }

  function tick(elapsedMs: number): void {
    for (const toast of items.value) toast.leftMs -= elapsedMs
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
