import { onScopeDispose, ref, watch, type Ref } from 'vue'

/** Whether something can be seen: not scrolled away, and not in a part of the page that is hidden. */
export function useOnScreen(element: Ref<HTMLElement | null>) {
  const onScreen = ref(false)
  const observer = new IntersectionObserver((entries) => {
    onScreen.value = entries.at(-1)?.isIntersecting ?? false
  })
  watch(element, (now, before) => {
    if (before) observer.unobserve(before)
    if (now) observer.observe(now)
  })
  onScopeDispose(() => observer.disconnect())
  return onScreen
}
