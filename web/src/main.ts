import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { whenSignedOut } from './api/client.ts'
import App from './App.vue'
import { makeRouter } from './router.ts'
import { useSession } from './stores/session.ts'
import './styles/app.css'

const pinia = createPinia()
const session = useSession(pinia)
const router = makeRouter(session)

whenSignedOut(() => {
  session.forget()
  const here = router.currentRoute.value
  if (!here.meta.open) void router.push({ name: 'sign-in', query: { next: here.fullPath } })
})

createApp(App).use(pinia).use(router).mount('#app')
