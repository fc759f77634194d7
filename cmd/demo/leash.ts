// Loaded into each child of the demo before its own code. A parent that is killed can't tell its children to stop, but the channel to
// it closes: then the child stops as if it had been told. In production nobody loads this; there a supervisor does that work.

/** The notifier takes up to 25 seconds for what is on the wire; whoever still lives after this is stuck. */
const stopWithinMs = 40_000

if (process.channel) {
  process.on('disconnect', () => {
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), stopWithinMs).unref()
  })
  // Listening alone must not keep a child alive that has nothing left to do.
  process.channel.unref()
}
