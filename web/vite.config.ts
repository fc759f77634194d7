import tailwindcss from '@tailwindcss/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { compressed } from './compressed.ts'

const server = 'http://127.0.0.1:3000'

/** What the API answers besides the app itself: its own routes, its sockets, and the pages behind guests' links. */
const proxied = ['/api', '/realtime/', '/r/', '/p/', '/u/', '/c/', '/o/']

export default defineConfig({
  root: import.meta.dirname,
  plugins: [vue(), tailwindcss(), compressed()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // light-dark() and oklch() as written: older browsers would need a second palette, and a third of the style sheet.
    target: ['chrome123', 'edge123', 'firefox128', 'safari17.5'],
  },
  server: {
    // The API refuses other origins, and during development we are one.
    proxy: Object.fromEntries(
      proxied.map((path) => [path, { target: server, ws: path === '/realtime/', headers: { origin: server } }]),
    ),
  },
})
