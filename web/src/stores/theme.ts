import { defineStore } from 'pinia'
import { ref, watch } from 'vue'

export type Theme = 'system' | 'light' | 'dark'

/** `public/theme.js` reads the same key before the first paint. */
const storageKey = 'tidings.theme'

export const useTheme = defineStore('theme', () => {
  const theme = ref<Theme>(remembered())

  watch(theme, (wanted) => {
    if (wanted === 'system') {
      delete document.documentElement.dataset.theme
      localStorage.removeItem(storageKey)
    } else {
      document.documentElement.dataset.theme = wanted
      localStorage.setItem(storageKey, wanted)
    }
  })

  return { theme }
})

function remembered(): Theme {
  const stored = localStorage.getItem(storageKey)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}
