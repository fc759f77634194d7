import { onBeforeUnmount } from 'vue'

/**
 * Gives the focus back to what opened a dialog. The dialog library does that for what still exists, but an entry of a menu is
 * gone by then, and a dialog that is removed whole has nobody left to do it.
 */
export function useFocusReturn(): void {
  const opener = openerOf(document.activeElement)
  onBeforeUnmount(() => {
    setTimeout(() => {
      const isLost = document.activeElement === null || document.activeElement === document.body
      if (isLost && opener?.isConnected) opener.focus()
    })
  })
}

/** For an entry of a menu: the button that the menu hangs on. */
function openerOf(element: Element | null): HTMLElement | undefined {
  const button = element?.closest('[role=menu]')?.getAttribute('aria-labelledby')
  const opener = button ? document.getElementById(button) : element
  return opener instanceof HTMLElement ? opener : undefined
}
