import { ref, type ComputedRef } from 'vue'
import { useRouter } from 'vue-router'
import type { Collaborator, Event } from '../../../api/contract/event.ts'
import { asProblem } from '../api/problem.ts'
import type { Role } from '../api/routes.ts'
import { useLoad } from '../api/useLoad.ts'
import { useCollaborators } from '../stores/collaborators.ts'
import { useSession } from '../stores/session.ts'
import { useToasts } from '../stores/toasts.ts'
import { roleLabel } from './roles.ts'

export function useCollaboratorList(event: ComputedRef<Event>, reload: () => Promise<void>) {
  const store = useCollaborators()
  const session = useSession()
  const toasts = useToasts()
  const router = useRouter()
  const loading = useLoad((signal) => store.load(event.value.id, signal), [() => event.value.id])

  /** The server's no, such as "This is the last owner", stays on the page until the next try. */
  const refusal = ref<string>()
  const isMe = (someone: Collaborator) => someone.userId === session.user?.id

  async function attempt(action: () => Promise<void>): Promise<void> {
    refusal.value = undefined
    try {
      await action()
    } catch (failure) {
      refusal.value = asProblem(failure).message
    }
  }

  const setRole = (someone: Collaborator, role: Role) =>
    attempt(async () => {
      const { id } = event.value
      await store.setRole(id, someone.userId, role)
      // One's own new role changes what this page may show.
      if (isMe(someone)) return reload()
      toasts.show(`${someone.name} is now ${roleLabel(role).toLowerCase()}.`, {
        undo: () => store.setRole(id, someone.userId, someone.role),
      })
    })

  const remove = (someone: Collaborator) =>
    attempt(async () => {
      const { id } = event.value
      await store.remove(id, someone.userId)
      toasts.show(`${someone.name} no longer takes part.`, {
        undo: () => store.invite(id, { email: someone.email, role: someone.role }),
      })
    })

  /** Whoever leaves cannot take it back, so the page asks first. */
  async function leave(): Promise<void> {
    const { id, name } = event.value
    await store.remove(id, session.user?.id ?? '')
    await router.push({ name: 'events' })
    toasts.show(`You have left ${name}.`)
  }

  return { store, loading, refusal, isMe, setRole, remove, leave }
}
