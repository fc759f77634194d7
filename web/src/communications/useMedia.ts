import { onScopeDispose, ref } from 'vue'

/** Whether the screen is so; for what must not happen unseen, and never for looks, which are CSS. */
export function useMedia(query: string) {
  const list = matchMedia(query)
  const matches = ref(list.matches)
  const update = () => (matches.value = list.matches)
  list.addEventListener('change', update)
  onScopeDispose(() => list.removeEventListener('change', update))
  return matches
}
