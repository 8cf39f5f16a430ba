// Requests made up from our own OpenAPI description, valid and not: whatever comes, no answer is a 5xx.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { startExchange } from '../browser/exchange.mjs'
import { administrator } from './account.mjs'

const here = import.meta.dirname
const target = process.env.CARGO_TARGET_DIR ?? resolve(here, '../../target')
const environment = join(target, 'interop-python')
const program = join(environment, 'bin', 'schemathesis')
let exchange

function run(command, ...args) {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { cwd: target, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (said += chunk))
    child.once('error', failed)
    child.once('exit', code => done({ code, said }))
  })
}

before(async () => {
  if (!existsSync(program)) {
    for (const [command, ...args] of [
      ['python3', '-m', 'venv', environment],
      [join(environment, 'bin', 'pip'), 'install', '--quiet', '--requirement', join(here, 'requirements.txt')],
    ]) {
      const { code, said } = await run(command, ...args)
      assert.equal(code, 0, said)
    }
  }
  exchange = await startExchange()
})
after(() => exchange?.stop())

for (const part of ['epcis', 'log', '01']) {
  test(`no request to /${part} makes a 5xx`, { timeout: 600_000 }, async () => {
    const { code, said } = await run(
      program, 'run', `${exchange.origin}/api/openapi.json`,
      '--include-path-regex', `^/${part}(/|$)`,
      '--checks', 'not_a_server_error',
      '--phases', 'examples,coverage,fuzzing',
      '--max-examples', process.env.SCHEMATHESIS_EXAMPLES ?? '15',
      '--seed', '6',
      '--request-timeout', '20',
      '--header', `Authorization: ${await administrator(exchange.origin)}`,
      '--no-color',
    )
    assert.equal(code, 0, said)
    // Whatever the description leaves out is not tested: an empty choice of routes is a mistake.
    assert.match(said, /(\d+) selected|Selected: (\d+)/, said)
    assert.doesNotMatch(said, /Selected: 0|\b0 selected/, said)
  })
}
