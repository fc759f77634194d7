import { closeSync, openSync } from 'node:fs'

// Loaded into each child of the demo before its own code. A parent that is killed can't tell its children to stop, but the channel to
// it closes: then the child stops as if it had been told. In production nobody loads this; there a supervisor does that work.

/** The notifier takes up to 25 seconds for what is on the wire; whoever still lives after this is stuck. */
const stopWithinMs = 40_000

const standardOutputs = [1, 2]

if (process.channel) {
  process.on('disconnect', () => {
    for (const output of standardOutputs) sendToNobody(output)
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), stopWithinMs).unref()
  })
  // Listening alone must not keep a child alive that has nothing left to do.
  process.channel.unref()
}

/** The parent read our output. The logger would try for ever to write its last line into the broken pipe. */
function sendToNobody(output: number) {
  closeSync(output)
  // The lowest free number is the one that was just closed.
  openSync('/dev/null', 'w')
}
