// Loaded into a notifier before its own code, as WRONG_CLOCK=+600@0: its clock is off by so many seconds, from so many seconds on.

const [wrongByS = 0, afterS = 0] = (process.env.WRONG_CLOCK ?? '').split('@').map(Number)
const RightDate = Date

const now = () => RightDate.now() + (performance.now() >= afterS * 1000 ? wrongByS * 1000 : 0)

globalThis.Date = new Proxy(RightDate, {
  construct: (target, args: []) => (args.length === 0 ? new target(now()) : new target(...args)),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
})
