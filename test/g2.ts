import { startEmbeddedPostgres } from '../db/embedded.ts'
console.log('a')
const s = await startEmbeddedPostgres('/work/main/.data/types', { durable: false })
console.log('b', s.url('x'))
await s.stop()
console.log('c')
