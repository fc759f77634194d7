import { defineStore } from 'pinia'
import { ref } from 'vue'
import { call } from '../api/client.ts'

/** Whether the person who is signed in runs this Tidings. The server tells it by whether its operator's side is there. */
export const useOperator = defineStore('operator', () => {
  const isOne = ref(false)
  let askedFor: string | undefined

  /** Asked when it matters: nobody else's page load should carry a refusal. */
  async function find(userId: string): Promise<void> {
    if (askedFor === userId) return
    askedFor = userId
    isOne.value = await call('GET /v1/operator/health', {}).then(
      () => true,
      () => false,
    )
  }

  return { isOne, find }
})
