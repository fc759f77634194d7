import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { call } from '../api/client.ts'
import type { User } from '../api/routes.ts'
import { reword } from '../session/words.ts'

/** Who is signed in. Asked once; everything else learns of a lost session by the 401 of its own call. */
export const useSession = defineStore('session', () => {
  const user = ref<User | null>(null)
  const known = ref(false)
  let asking: Promise<void> | undefined

  async function ask(): Promise<void> {
    const answer = await call('GET /auth/get-session', {})
    user.value = answer?.user ?? null
    known.value = true
  }

  function ensure(): Promise<void> {
    if (known.value) return Promise.resolve()
    asking ??= ask().finally(() => (asking = undefined))
    return asking
  }

  function welcome(someone: User): void {
    user.value = someone
    known.value = true
  }

  function forget(): void {
    user.value = null
    known.value = true
  }

  async function signIn(body: { email: string; password: string }): Promise<User> {
    const answer = await call('POST /auth/sign-in/email', { body }).catch(reword)
    welcome(answer.user)
    return answer.user
  }

  /** Without a token the address has to be confirmed first. */
  async function signUp(body: { name: string; email: string; password: string }): Promise<'in' | 'confirm'> {
    const answer = await call('POST /auth/sign-up/email', { body }).catch(reword)
    if (answer.token === null) return 'confirm'
    welcome(answer.user)
    return 'in'
  }

  async function signOut(): Promise<void> {
    await call('POST /auth/sign-out', { body: {} })
    forget()
  }

  return {
    user,
    known,
    signedIn: computed(() => user.value !== null),
    ensure,
    ask,
    welcome,
    forget,
    signIn,
    signUp,
    signOut,
  }
})
