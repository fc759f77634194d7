import { $, clock, element } from './dom.js'
import { openMail } from './reader.js'

// The list of mails, in the browser. The server announces changes; the page asks only for what it lacks and touches only the rows
// that changed, so that nothing flickers and the scroll position and the open mail stay where they are.

const rows = new Map()
let boot = null
let newest = 0
let openId = null
let asking = false
let askAgain = false

const changes = new EventSource('/changes')
changes.addEventListener('open', () => live(true))
changes.addEventListener('error', () => live(false))
changes.addEventListener('message', refresh)
addEventListener('hashchange', openFromAddress)
document.addEventListener('keydown', walkWithArrows)
$('search').addEventListener('input', filter)
$('clear').addEventListener('click', clear)
$('back').addEventListener('click', () => (location.hash = ''))
await refresh()
await openFromAddress()

function live(on) {
  $('live').textContent = on ? 'Live' : 'Connecting…'
  $('live').classList.toggle('on', on)
}

/** One request at a time; a change that arrives meanwhile asks once more afterwards. */
async function refresh() {
  askAgain = true
  if (asking) return
  asking = true
  while (askAgain) {
    askAgain = false
    await fetchNewer().catch(() => live(false))
  }
  asking = false
}

async function fetchNewer() {
  const list = await (await fetch(`/mails?after=${newest}`)).json()
  if (boot !== null && boot !== list.boot) return startAnew(list.boot)
  boot = list.boot
  newest = Math.max(newest, ...list.mails.map((mail) => mail.id))
  $('mails').prepend(...list.mails.map(addRow))
  for (const [id, row] of rows) {
    if (list.total > 0 && id >= list.oldest) continue
    row.remove()
    rows.delete(id)
  }
  filter()
  emptyState()
}

/** The catcher was restarted: its numbers begin again. */
function startAnew(newBoot) {
  for (const row of rows.values()) row.remove()
  rows.clear()
  newest = 0
  boot = newBoot
  location.hash = ''
  return fetchNewer()
}

function addRow(mail) {
  const link = element(
    'a',
    { href: `#${mail.id}` },
    element('span', { className: 'who', textContent: mail.toName, title: mail.to }),
    element('time', { dateTime: mail.at, textContent: clock(mail.at) }),
    element('span', { className: 'about-mail', textContent: mail.subject }),
    element('span', { className: 'preview', textContent: mail.preview }),
  )
  const row = element('li', {}, link)
  row.dataset.words = [mail.toName, mail.to, mail.subject, mail.fromName].join(' ').toLowerCase()
  rows.set(mail.id, row)
  return row
}

function filter() {
  const words = $('search').value.trim().toLowerCase().split(/\s+/)
  for (const row of rows.values()) row.hidden = !words.every((word) => row.dataset.words.includes(word))
  const visible = [...rows.values()].filter((row) => !row.hidden).length
  $('count').textContent = visible === rows.size ? `${rows.size || ''}` : `${visible} of ${rows.size}`
  $('none').hidden = visible > 0 || rows.size === 0
}

function emptyState() {
  const none = rows.size === 0
  document.querySelector('main').classList.toggle('none-yet', none && openId === null)
  document.querySelector('main').classList.toggle('reading', openId !== null)
  $('clear').hidden = none
  $('empty').hidden = openId !== null
  $('empty-title').textContent = none ? 'No mail yet' : 'Choose a mail'
  $('empty-words').hidden = !none
}

async function clear() {
  await fetch('/mails', { method: 'DELETE' })
  location.hash = ''
}

async function openFromAddress() {
  const wanted = Number(location.hash.slice(1)) || null
  openId = (await openMail(wanted)) ? wanted : null
  for (const [id, row] of rows) row.firstElementChild.toggleAttribute('aria-current', id === openId)
  emptyState()
}

/** Arrow keys walk the list, as in any mail program. */
function walkWithArrows(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (!step || event.target.matches('input, pre')) return
  const links = [...document.querySelectorAll('#mails li:not([hidden]) a')]
  const next = links[links.findIndex((link) => link.hasAttribute('aria-current')) + step]
  if (!next) return
  event.preventDefault()
  next.focus()
  next.click()
}
