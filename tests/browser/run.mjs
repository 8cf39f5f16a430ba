// Starts one demo exchange, runs every journey against it with node's own test runner, and stops it.
// `node run.mjs scan` runs only the files whose name contains "scan".
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { startExchange } from './exchange.mjs'

const wanted = process.argv.slice(2)
const files = readdirSync(import.meta.dirname)
  .filter(name => name.endsWith('.test.mjs'))
  .filter(name => wanted.length === 0 || wanted.some(part => name.includes(part)))
if (files.length === 0) {
  console.error(`no journey matches ${wanted.join(' ')}`)
  process.exit(1)
}

const exchange = await startExchange()
const runner = spawn(process.execPath, ['--test', '--test-reporter=spec', '--test-concurrency=1', ...files], {
  cwd: import.meta.dirname,
  env: { ...process.env, CHOQUE_ORIGIN: exchange.origin },
  stdio: ['ignore', 'inherit', 'inherit'],
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => runner.kill(signal))
const status = await new Promise(done => runner.once('exit', code => done(code ?? 1)))
if (status !== 0) console.error(`\nthe exchange said:\n${(await exchange.log()).split('\n').slice(-60).join('\n')}`)
await exchange.stop()
process.exit(status)
