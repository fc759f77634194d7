import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useToasts } from '../stores/toasts.ts'
import ToastStack from './ToastStack.vue'

beforeEach(() => {
  vi.useFakeTimers()
  setActivePinia(createPinia())
})
afterEach(() => void vi.useRealTimers())

test('an undo is offered for twenty seconds, then it is gone', async () => {
  const stack = mount(ToastStack)
  useToasts().show('Moved.', { undo: () => {} })

  await vi.advanceTimersByTimeAsync(19_000)
  expect(stack.text()).toContain('1 s')
  expect(stack.text()).toContain('Undo')

  await vi.advanceTimersByTimeAsync(1_500)
  expect(stack.text()).not.toContain('Undo')
})

test.each([
  ['pointerenter', 'pointerleave'],
  ['focusin', 'focusout'],
])('the clock waits from %s to %s', async (holds, lets) => {
  const stack = mount(ToastStack)
  useToasts().show('Moved.', { undo: () => {} })

  await stack.get('section').trigger(holds)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(stack.text()).toContain('20 s')

  await stack.get('section').trigger(lets)
  await vi.advanceTimersByTimeAsync(20_500)
  expect(stack.text()).not.toContain('Moved.')
})

test('undo takes it back once and closes the notice', async () => {
  const stack = mount(ToastStack)
  const undo = vi.fn<() => Promise<void>>().mockResolvedValue()
  useToasts().show('Moved.', { undo })
  await vi.advanceTimersByTimeAsync(100)

  await stack.findAll('button')[0]?.trigger('click')

  expect(undo).toHaveBeenCalledOnce()
  expect(stack.text()).not.toContain('Moved.')
})

test('an undo that fails says why', async () => {
  const stack = mount(ToastStack)
  useToasts().show('Moved.', { undo: () => Promise.reject(new Error('Someone else was faster.')) })
  await vi.advanceTimersByTimeAsync(100)

  await stack.findAll('button')[0]?.trigger('click')
  await vi.advanceTimersByTimeAsync(100)

  expect(stack.text()).toContain('Someone else was faster.')
})

test('a window that somebody else closes is not held open', async () => {
  const stack = mount(ToastStack)
  useToasts().show('It goes out.', { undo: () => {}, ms: 10_000 })

  await stack.get('section').trigger('pointerenter')
  await vi.advanceTimersByTimeAsync(10_500)

  expect(stack.text()).not.toContain('Undo')
})

test('a notice takes the place of the one before about the same thing', async () => {
  const stack = mount(ToastStack)
  useToasts().show('It goes out.', { undo: () => {}, about: 'm1' })
  useToasts().show('Something else.')
  useToasts().show('It is a draft again.', { about: 'm1' })
  await vi.advanceTimersByTimeAsync(100)

  expect(stack.text()).not.toContain('It goes out.')
  expect(stack.text()).toContain('Something else.')
  expect(stack.text()).toContain('It is a draft again.')
})
