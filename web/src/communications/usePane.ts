import { computed, ref } from 'vue'

/** What is open beside the list: nothing, `new`, or a message. */
export function usePane(fromRoute: () => string) {
  const firstName = ref<{ id: string; key: string }>()

  const pane = computed(fromRoute)
  /** A new message gets its id while it is being written; whoever writes must not lose the caret over it. */
  const keyOfPane = computed(() => (firstName.value?.id === pane.value ? firstName.value.key : pane.value))

  function born(id: string): void {
    firstName.value = { id, key: keyOfPane.value }
  }

  return { pane, keyOfPane, born }
}
