import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { Collaborator } from '../../../api/contract/event.ts'
import { call } from '../api/client.ts'
import type { Role } from '../api/routes.ts'

export const useCollaborators = defineStore('collaborators', () => {
  const items = ref<Collaborator[]>([])

  async function load(id: string, signal?: AbortSignal): Promise<Collaborator[]> {
    const page = await call('GET /v1/events/{id}/collaborators', { params: { id }, query: { limit: 200 }, signal })
    items.value = page.items
    return page.items
  }

  async function invite(id: string, body: { email: string; role: Role }, idempotencyKey?: string) {
    const someone = await call('POST /v1/events/{id}/collaborators', { params: { id }, body, idempotencyKey })
    items.value = [...items.value.filter((known) => known.userId !== someone.userId), someone]
    return someone
  }

  async function setRole(id: string, userId: string, role: Role): Promise<Collaborator> {
    const someone = await call('PATCH /v1/events/{id}/collaborators/{userId}', {
      params: { id, userId },
      body: { role },
    })
    items.value = items.value.map((known) => (known.userId === userId ? someone : known))
    return someone
  }

  async function remove(id: string, userId: string): Promise<void> {
    await call('DELETE /v1/events/{id}/collaborators/{userId}', { params: { id, userId } })
    items.value = items.value.filter((known) => known.userId !== userId)
  }

  return { items, load, invite, setRole, remove }
})
