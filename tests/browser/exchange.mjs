// The program under test: `choque demo --scale small` on a database and a port of its own.
import { execFile, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const program = resolve(process.env.CHOQUE_BIN ?? new URL('../../target/debug/choque', import.meta.url).pathname)

/**
 * Starts the demo and waits until `/readyz` answers 200. `stop()` ends it and removes its files. `settings` are `CHOQUE_*`
 * of its own.
 */
export async function startExchange({ scale = 'small', patience = 60_000, settings = {} } = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'choque-browser-'))
  const log = join(directory, 'exchange.log')
  const listen = `127.0.0.1:${await freePort()}`
  const database = `sqlite://${directory}/choque.db`
  // The settings of whoever runs the tests must not reach the program.
  const around = { cwd: directory, env: { PATH: process.env.PATH, HOME: directory, CHOQUE_STATE: directory, ...settings } }
  const child = spawn(program, ['demo', '--listen', listen, '--db', database, '--scale', scale], { ...around, stdio: ['ignore', 'pipe', 'pipe'] })
  const file = createWriteStream(log)
  child.stdout.pipe(file, { end: false })
  child.stderr.pipe(file, { end: false })
  let gone
  const ended = new Promise(done => {
    child.once('error', error => done((gone = error.message)))
    child.once('exit', (code, signal) => done((gone = `it ended with ${signal ?? code}`)))
  })

  const origin = `http://${listen}`
  const exchange = {
    origin,
    pid: child.pid,
    /** What would have gone out as text messages: a line of JSON each (the file adapter's own file). */
    messages: join(directory, 'sms', 'messages.jsonl'),
    log: () => readFile(log, 'utf8').catch(() => ''),
    /** What a command of the program prints, on the same database and while this one serves it. */
    run: async (...command) => (await promisify(execFile)(program, [...command, '--db', database], around)).stdout.trim(),
    async stop() {
      child.kill('SIGTERM')
      await Promise.race([ended, sleep(5_000).then(() => child.kill('SIGKILL'))])
      await rm(directory, { recursive: true, force: true })
    },
  }

  const deadline = Date.now() + patience
  while (!gone && Date.now() < deadline) {
    const answer = await fetch(`${origin}/readyz`).catch(() => undefined)
    if (answer?.ok) return exchange
    await sleep(50)
  }
  const said = await exchange.log()
  await exchange.stop()
  throw new Error(`${program} did not become ready: ${gone ?? `waited ${patience / 1000} s`}\n${said}`)
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(ready => server.once('listening', ready))
  const { port } = server.address()
  await new Promise(closed => server.close(closed))
  return port
}
