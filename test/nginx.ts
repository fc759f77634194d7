import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const usualPlaces = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/bin/nginx', '/opt/homebrew/bin/nginx']

/** The nginx of this machine: NGINX_PATH, else one in the usual places. Nothing is downloaded. */
export function nginxPath(): string | undefined {
  const given = process.env.NGINX_PATH
  if (given && !existsSync(given)) throw new Error(`NGINX_PATH is ${given}, where there is no file.`)
  return given || usualPlaces.find((path) => existsSync(path))
}

/** An nginx as people set it up in front of an application: it buffers what it passes on, and compresses. */
export async function startNginx(path: string, upstream: string) {
  const directory = await mkdtemp(join(tmpdir(), 'tidings-nginx-'))
  const port = await freePort()
  const file = join(directory, 'nginx.conf')
  await writeFile(file, configuration(directory, port, upstream))
  const child = spawn(path, ['-p', directory, '-c', file, '-e', 'stderr', '-g', 'daemon off;'], { stdio: 'pipe' })
  let words = ''
  child.stderr.on('data', (chunk) => (words += String(chunk)))
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()))
  const base = `http://127.0.0.1:${port}`
  for (let tries = 0; !(await answers(base)); tries++) {
    if (tries > 200 || child.exitCode !== null) throw new Error(`nginx did not start: ${words}`)
    await new Promise((resolve) => void setTimeout(resolve, 25))
  }
  return {
    base,
    async stop() {
      child.kill('SIGTERM')
      await ended
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** As root its workers become another user, who may not enter our directory; one process is enough here. */
function configuration(directory: string, port: number, upstream: string) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `
    master_process off;
    pid ${directory}/nginx.pid;
    error_log stderr warn;
    events {}
    http {
      access_log off;
      gzip on; gzip_proxied any; gzip_types text/css application/json application/javascript;
      ${temporary.map((name) => `${name}_temp_path ${directory}/${name};`).join(' ')}
      map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
      server {
        listen 127.0.0.1:${port};
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        # Its default is HTTP/1.0 to us, in which it holds back the most.
        location / { proxy_pass ${upstream}; }
        location /realtime/ {
          proxy_pass ${upstream};
          proxy_http_version 1.1;
          proxy_set_header Upgrade $http_upgrade;
          proxy_set_header Connection $connection_upgrade;
        }
      }
    }`
}

async function answers(base: string): Promise<boolean> {
  return fetch(`${base}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  )
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
