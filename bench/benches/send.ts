import type { Bench, Figure, Table } from '../bench.ts'
import { alone, peer } from '../contestants/children.ts'
import type { Contestant } from '../contestants/contestant.ts'
import { ours } from '../contestants/ours.ts'
import { runOnce, runRounds, type Run } from '../contestants/run.ts'
import { median, rounded } from '../measure/numbers.ts'
import { startStage } from '../stage/stage.ts'
import packageJson from '../package.json' with { type: 'json' }

/** What we open by default, and what a relay that knows us allows. A page of outcomes and marks is as long as there are connections. */
const levels = [10, 50]

/** So many more mails go before those that are measured: until then the engine compiles, and statements are planned. */
const warmUpShare = 0.5

const rawPool = alone("nodemailer's pool alone, no database", 'pool')
const rawLean = alone('our SMTP sender alone, no database', 'lean')
const peers = {
  graphilePlain: peer('graphile-worker, plain', 'graphile-worker.ts', { sender: 'pool', tuned: false }),
  graphileTuned: peer('graphile-worker, tuned', 'graphile-worker.ts', { sender: 'pool', tuned: true }),
  graphileLean: peer('graphile-worker, tuned', 'graphile-worker.ts', { sender: 'lean', tuned: true }),
  bossPlain: peer('pg-boss, plain', 'pg-boss.ts', { sender: 'pool', tuned: false }),
  bossTuned: peer('pg-boss, tuned', 'pg-boss.ts', { sender: 'pool', tuned: true }),
  bossLean: peer('pg-boss, tuned', 'pg-boss.ts', { sender: 'lean', tuned: true }),
  bullPlain: peer('BullMQ, plain', 'bullmq.ts', { sender: 'pool', tuned: false }),
  bullTuned: peer('BullMQ, tuned', 'bullmq.ts', { sender: 'pool', tuned: true }),
  bullLean: peer('BullMQ, tuned', 'bullmq.ts', { sender: 'lean', tuned: true }),
}
const overRedis = [peers.bullPlain, peers.bullTuned, peers.bullLean]

/** With whom the figures are compared. The others show, once, what is the queue's and what the sender's. */
const rivals = [ours, rawPool, rawLean, peers.graphilePlain, peers.graphileTuned, peers.bossPlain, peers.bullPlain]

export const send: Bench = {
  name: 'send',
  about: 'One notifier beside a bare sender and three job libraries: the same mails, the same sink, in turns.',
  minutesMax: 35,
  async run({ rounds, mails, who }) {
    const stage = await startStage({ redis: true })
    const isAsked = ({ name }: Contestant) => who.length === 0 || who.some((part) => name.includes(part))
    const all = [ours, rawPool, rawLean, ...Object.values(peers)].filter(isAsked)
    const here = stage.redis ? all : all.filter((each) => !overRedis.includes(each))
    const figures: Figure[] = []
    const tables: Table[] = []
    for (const connections of levels) {
      const contestants = connections === levels[0] ? here : here.filter((each) => rivals.includes(each))
      const loadOf = ({ sender }: Contestant) => {
        const measured = sender === 'lean' ? mails * 2 : mails
        const warmUp = Math.round(measured * warmUpShare)
        return { connections, warmUp, mails: measured + warmUp }
      }
      const runs = await runRounds(contestants, rounds, (each) => runOnce(stage, each, loadOf(each)))
      figures.push(...figuresOf(runs, connections))
      tables.push(tableOf(runs, connections))
    }
    return {
      figures,
      tables,
      notes: [
        `In brackets: connections. ${mails} mails a run through the pool, ${mails * 2} through our sender, after half as many to warm up.`,
        'plain: a job and an INSERT for each guest. tuned: batched fetching and completing where the library has it, outcomes in batches.',
        `Peers: ${Object.entries(packageJson.dependencies)
          .map(([name, version]) => `${name} ${version}`)
          .join(', ')}.`,
        ...(stage.redis ? [] : ['BullMQ is left out: there is no redis-server here.']),
      ],
    }
  },
}

const readings = {
  perSecond: (run: Run) => run.perSecond,
  cpu: (run: Run) => run.node + run.postgres + run.redis,
  postgres: (run: Run) => run.postgres,
  wal: (run: Run) => run.wal,
}

function figuresOf(runs: Map<Contestant, Run[]>, connections: number): Figure[] {
  const ratio = (what: string, key: keyof typeof readings, to: Contestant, target?: Figure['target']) => {
    const [mine, theirs] = [runs.get(ours), runs.get(to)]
    if (!mine || !theirs) return []
    const values = mine.map((run, round) => rounded(readings[key](run) / readings[key](theirs[round]!), 2))
    return [{ what: `${what} (${connections})`, unit: 'x', value: median(values), rounds: values, target }]
  }
  const { graphilePlain, graphileTuned, bossPlain, bullPlain } = peers
  return [
    ...ratio("mails/s, by nodemailer's pool alone", 'perSecond', rawPool, { atLeast: 5 }),
    ...ratio('mails/s, by our sender alone', 'perSecond', rawLean),
    ...ratio('mails/s, by graphile-worker plain', 'perSecond', graphilePlain, { atLeast: 8 }),
    ...ratio('mails/s, by pg-boss plain', 'perSecond', bossPlain, { atLeast: 5 }),
    ...ratio('mails/s, by BullMQ plain', 'perSecond', bullPlain, { atLeast: 5 }),
    ...ratio('mails/s, by graphile-worker tuned', 'perSecond', graphileTuned),
    ...ratio('mails/s, by pg-boss tuned', 'perSecond', peers.bossTuned),
    ...ratio('mails/s, by BullMQ tuned', 'perSecond', peers.bullTuned),
    ...ratio('mails/s, by graphile-worker tuned with our sender', 'perSecond', peers.graphileLean),
    ...ratio('mails/s, by pg-boss tuned with our sender', 'perSecond', peers.bossLean),
    ...ratio('mails/s, by BullMQ tuned with our sender', 'perSecond', peers.bullLean),
    ...ratio("all CPU per mail, by nodemailer's pool alone", 'cpu', rawPool),
    ...ratio('all CPU per mail, by graphile-worker plain', 'cpu', graphilePlain),
    ...ratio('PostgreSQL CPU per mail, by graphile-worker tuned', 'postgres', graphileTuned, { atMost: 0.65 }),
    ...ratio('PostgreSQL CPU per mail, by graphile-worker tuned with our sender', 'postgres', peers.graphileLean),
    ...ratio('WAL per mail, by graphile-worker tuned', 'wal', graphileTuned, { atMost: 0.4 }),
    ...ratio('WAL per mail, by graphile-worker tuned with our sender', 'wal', peers.graphileLean),
  ]
}

function tableOf(runs: Map<Contestant, Run[]>, connections: number): Table {
  const senderNames = { pool: "nodemailer's pool", lean: 'ours' }
  const rows = [...runs].map(([{ name, sender }, each]) => {
    const middle = (key: keyof Run) => Math.round(median(each.map((run) => run[key])))
    const rates = each.map((run) => Math.round(run.perSecond)).join(' ')
    const cpu = [middle('node'), middle('postgres'), middle('redis'), middle('sink')]
    return [name, senderNames[sender], middle('perSecond'), rates].concat(cpu, middle('wal'), middle('mailBytes'))
  })
  const cpu = ['node', 'PostgreSQL', 'Redis', 'sink'].map((who) => `${who} us`)
  return {
    title: `${connections} connections: medians; CPU time and log per mail`,
    columns: ['who', 'sender', 'mails/s', 'rounds', ...cpu, 'WAL bytes', 'mail bytes'],
    rows,
  }
}
