import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, vi } from 'vitest'
import { createMemoryHistory } from 'vue-router'
import App from '../src/App.vue'
import { makeRouter } from '../src/router.ts'
import { useSession } from '../src/stores/session.ts'
import { me } from './given.ts'

class SilentSocket extends EventTarget {
  send(): void {}
  close(): void {}
}

const silentSockets = () => vi.stubGlobal('WebSocket', SilentSocket)

const mounted: VueWrapper[] = []
afterEach(() => {
  for (const wrapper of mounted.splice(0)) wrapper.unmount()
  document.body.innerHTML = ''
})

/** The whole app at one address, signed in or not, in a document as a person has it. Plan the server's answers first. */
export async function visit(
  path: string,
  { signedIn = true, sockets = silentSockets }: { signedIn?: boolean; sockets?: () => unknown } = {},
): Promise<VueWrapper> {
  sockets()
  const pinia = createPinia()
  setActivePinia(pinia)
  const session = useSession()
  if (signedIn) session.welcome(me)
  else session.forget()
  const router = makeRouter(session, createMemoryHistory())
  await router.push(path)
  const wrapper = mount(App, { global: { plugins: [pinia, router] }, attachTo: document.body })
  mounted.push(wrapper)
  await settled()
  return wrapper
}

/** Lazy pages, their first call, and what it leads to. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 5; round++) {
    await flushPromises()
    await vi.dynamicImportSettled()
  }
}

/** What is on the page, dialogs and toasts included, as one line. */
export const text = () => document.body.textContent?.replace(/\s+/g, ' ') ?? ''

export function button(name: string | RegExp): HTMLElement {
  const buttons = [...document.body.querySelectorAll<HTMLElement>('button, a')]
  const found = buttons.find((each) => (typeof name === 'string' ? nameOf(each) === name : name.test(nameOf(each))))
  if (!found) throw new Error(`There is no button ${name}`)
  return found
}

/** What is read out: the label, or the text without what is hidden from listeners. */
function nameOf(control: HTMLElement): string {
  const heard = control.cloneNode(true) as HTMLElement
  for (const hidden of heard.querySelectorAll('[aria-hidden=true]')) hidden.remove()
  return control.getAttribute('aria-label') ?? heard.textContent?.replace(/\s+/g, ' ').trim() ?? ''
}

export const hasButton = (name: string | RegExp) => {
  try {
    return Boolean(button(name))
  } catch {
    return false
  }
}

export async function press(name: string | RegExp): Promise<void> {
  button(name).click()
  await settled()
}

export function field(label: string): HTMLInputElement {
  const found = [...document.body.querySelectorAll('label')].find((each) => each.textContent?.trim().startsWith(label))
  const control = found && document.getElementById(found.htmlFor)
  if (!(control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement)) {
    throw new Error(`There is no field ${label}`)
  }
  return control as HTMLInputElement
}

export async function type(label: string, value: string): Promise<void> {
  const control = field(label)
  control.value = value
  control.dispatchEvent(new Event('input', { bubbles: true }))
  await flushPromises()
}

export async function submit(selector = 'form'): Promise<void> {
  document.body.querySelector(selector)?.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }))
  await settled()
}

/** What a screen reader says below a field. */
export function description(label: string): string {
  const ids = field(label).getAttribute('aria-describedby')?.split(' ') ?? []
  return ids.map((id) => document.getElementById(id)?.textContent?.trim()).join(' ')
}
