// The console under /app/: what is written without signal is recorded once, by the person who wrote it; a counter sale
// shows its QR at once and turns to "Đã nhận" when the bank tells.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { assertAccessible, assertFits, openBrowser, openPage, openPhone, origin, watch } from './browser.mjs'
import { signIn as api } from './farmer.mjs'

const FARMER = '0900000001'
const KEEPER = '0900000002'
const DIARY = '/api/v1/diary'
const SALES = '/api/v1/stalls/{id}/sales'

/**
 * The phone's line to the exchange. Playwright's `setOffline` begins a moment after the browser, and Chromium empties an
 * outbox in that moment; what is cut here is cut for everybody.
 */
async function openLine() {
  const { hostname, port } = new URL(origin)
  const sockets = new Set()
  let cut = false
  const server = createServer(socket => {
    if (cut) return socket.destroy()
    const far = connect(Number(port), hostname)
    for (const [one, other] of [[socket, far], [far, socket]]) {
      sockets.add(one)
      one.on('error', () => other.destroy()).on('close', () => (sockets.delete(one), other.destroy()))
      one.pipe(other)
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    set(signal) {
      cut = !signal
      if (cut) for (const socket of sockets) socket.destroy()
    },
    close() {
      this.set(false)
      server.close()
    },
  }
}

/** A phone with a profile of its own for a test, thrown away after it. */
async function onAPhone(journey) {
  const profile = await mkdtemp(join(tmpdir(), 'choque-phone-'))
  const line = await openLine()
  const phone = {
    context: undefined,
    async signal(there) {
      line.set(there)
      await phone.context?.setOffline(!there)
    },
    /** Switches the phone on, with or without signal, and opens a screen of the console. */
    async on(path, { signal = true } = {}) {
      line.set(signal)
      phone.context = await openPhone(profile, { baseURL: line.origin })
      await phone.signal(signal)
      const page = watch(await phone.context.newPage())
      await page.goto(`/app/${path}`)
      return page
    },
    async off() {
      await phone.context?.close()
      phone.context = undefined
    },
    /** The process behind the tab dies from one moment to the next, as when the system needs its memory. */
    async kill(page) {
      const died = page.waitForEvent('crash')
      const session = await phone.context.newCDPSession(page)
      // Who is killed does not answer.
      session.send('Page.crash').catch(() => {})
      await died
    },
  }
  try {
    await journey(phone)
  } finally {
    await phone.off()
    line.close()
    await rm(profile, { recursive: true, force: true })
  }
}

/** Without signal requests fail, and without a session the server says so; nothing else may go wrong. */
function assertOnlyExpected(page) {
  const unexpected = page.problems.filter(problem => !/ERR_INTERNET_DISCONNECTED|ERR_EMPTY_RESPONSE|ERR_CONNECTION|answered 401|status of 401/.test(problem))
  assert.deepEqual(unexpected, [])
}

/** Signs in through the console's form and waits until the service worker has kept the console. */
async function signIn(page, number) {
  await page.locator('#phone').fill(number)
  await page.locator('#password').fill('choque-demo')
  await page.locator('main form button[type=submit]').click()
  await page.locator('nav.bar').waitFor()
  await page.evaluate(() => navigator.serviceWorker.ready)
}

const open = (page, name) => page.locator('nav.bar').getByRole('link', { name, exact: true }).click()

async function makeRoom(page) {
  await open(page, 'Tôi')
  await page.getByRole('button', { name: 'Người khác ghi' }).click()
  await page.locator('#phone').waitFor()
}

async function writeLine(page, note) {
  await page.locator('#thua').selectOption({ index: 1 })
  await page.getByRole('radio', { name: 'Làm cỏ' }).check()
  await page.locator('#ghi-chu').fill(note)
  await page.getByRole('button', { name: 'Ghi lại' }).click()
  await page.locator('[data-line]', { hasText: note }).waitFor()
}

/** Types `amount` on the pad and shows its QR; the sale's id. */
async function charge(page, amount) {
  for (const digit of String(amount)) await page.locator('.pad__key').getByText(digit, { exact: true }).click()
  await page.getByRole('button', { name: 'Hiện mã QR' }).click()
  await page.locator('.qr').waitFor()
  return new URL(page.url()).searchParams.get('ban')
}

const drafts = (page, state) => page.locator('[data-draft]').filter({ has: page.locator(`[data-state=${state}]`) })

async function waitForDrafts(page, state, count) {
  await page.waitForFunction(
    ([state, count]) => document.querySelectorAll(`[data-draft] [data-state=${state}]`).length === count,
    [state, count],
    { timeout: 30_000 },
  )
}

const idsOf = async page => (await page.locator('[data-draft]').evaluateAll(rows => rows.map(row => row.dataset.draft))).sort()

/** How many POST requests the server has answered at `route`, whatever it answered. */
async function posts(route) {
  const text = await (await fetch(`${origin}/metrics`)).text()
  return text
    .split('\n')
    .filter(line => line.startsWith('http_requests_total{') && line.includes('method="POST"') && line.includes(`route="${route}"`))
    .reduce((sum, line) => sum + Number(line.split(' ').pop()), 0)
}

/** The ids of the newest rows of a list. */
const ids = async (account, path) => (await account.get(`${path}?limit=100`)).items.map(({ id }) => id)

test('ten drafts of two people, made offline on a phone that is then killed, become ten rows by ten requests', async () => {
  const [farmer, keeper] = [await api(FARMER), await api(KEEPER)]
  const stall = (await keeper.get('/stalls?mine=1')).items[0]
  const before = { diary: await posts(DIARY), sales: await posts(SALES), lines: await ids(farmer, '/diary'), rows: await ids(keeper, `/stalls/${stall.id}/sales`) }
  const run = randomUUID().slice(0, 8)

  await onAPhone(async phone => {
    let page = await phone.on('')
    await signIn(page, FARMER)
    await page.locator('#thua option').nth(1).waitFor({ state: 'attached' })
    await makeRoom(page)
    await signIn(page, KEEPER)
    await page.locator('.pad').waitFor()

    await phone.signal(false)
    const amounts = [11_000, 12_000, 13_000, 14_000, 15_000]
    const sales = []
    for (const amount of amounts) {
      sales.push(await charge(page, amount))
      const said = await page.getByRole('status').innerText()
      assert.match(said, /Chưa xác nhận: chờ mạng/)
      assert.match(await page.locator('.qr').getAttribute('data-payload'), new RegExp(`^00020101021238.*54${String(amount).length.toString().padStart(2, '0')}${amount}5802VN`))
      await page.getByRole('link', { name: 'Khách tiếp theo' }).click()
    }
    await makeRoom(page)
    await page.getByRole('button', { name: /^Ghi tiếp với tên/ }).first().waitFor()
    const names = await page.getByRole('button', { name: /^Ghi tiếp với tên/ }).allInnerTexts()
    assert.equal(names.length, 2, 'both have signed in on this phone')
    const me = await farmer.get('/accounts/me')
    await page.getByRole('button', { name: me.name }).click()
    await open(page, 'Nhật ký')
    for (let line = 1; line <= 5; line += 1) await writeLine(page, `${run} dòng ${line}`)
    await open(page, 'Chờ gửi')
    await waitForDrafts(page, 'waiting', 5)
    const lines = await idsOf(page)
    assertOnlyExpected(page)

    // Killed, and opened again where there is still no signal.
    await phone.kill(page)
    await phone.off()
    page = await phone.on('cho-gui', { signal: false })
    await waitForDrafts(page, 'waiting', 5)
    assert.deepEqual(await idsOf(page), lines, 'the drafts outlived the browser')
    await makeRoom(page)
    await page.getByRole('button', { name: (await keeper.get('/accounts/me')).name }).click()
    await open(page, 'Chờ gửi')
    await waitForDrafts(page, 'waiting', 5)
    assert.deepEqual(await idsOf(page), [...sales].sort())
    assert.equal(await posts(DIARY) + (await posts(SALES)), before.diary + before.sales, 'nothing has reached the server')

    // The session is the keeper's, so the keeper's drafts go; the farmer's stay.
    await phone.signal(true)
    await waitForDrafts(page, 'sent', 5)
    const rows = (await ids(keeper, `/stalls/${stall.id}/sales`)).filter(id => !before.rows.includes(id))
    assert.deepEqual(rows.sort(), [...sales].sort())
    assert.equal((await posts(SALES)) - before.sales, 5, 'five sales by five requests')
    assert.equal(await posts(DIARY), before.diary, "nobody sends the farmer's drafts for them")

    await makeRoom(page)
    await signIn(page, FARMER)
    await open(page, 'Chờ gửi')
    await waitForDrafts(page, 'sent', 5)
    const told = (await farmer.get('/diary?limit=100')).items.filter(({ id }) => !before.lines.includes(id))
    assert.deepEqual(told.map(({ id }) => id).sort(), lines)
    assert.ok(told.every(({ note }) => note.startsWith(run)))
    assert.equal((await posts(DIARY)) - before.diary, 5, 'five lines by five requests')
    assertOnlyExpected(page)
  })
})

test('a draft whose answer was lost with the tab is sent again, and there is one row', async () => {
  const farmer = await api(FARMER)
  const note = `mất câu trả lời ${randomUUID().slice(0, 8)}`
  const browser = await openBrowser()
  try {
    const first = await openPage(browser)
    await first.goto('/app/nhat-ky')
    await signIn(first, FARMER)
    await open(first, 'Nhật ký')
    const context = first.context()
    // The server hears the request; its answer never arrives.
    let recorded
    const heard = new Promise(done => (recorded = done))
    await context.route(`**${DIARY}`, async route => {
      if (route.request().method() !== 'POST') return route.continue()
      recorded((await route.fetch()).status())
    })
    await writeLine(first, note)
    assert.equal(await heard, 201)
    await first.close({ runBeforeUnload: false })
    await context.unroute(`**${DIARY}`)

    const page = watch(await context.newPage())
    await page.goto('/app/cho-gui')
    await waitForDrafts(page, 'sent', 1)
    const lines = (await farmer.get('/diary?limit=100')).items.filter(line => line.note === note)
    assert.deepEqual(lines.map(({ id }) => id), await idsOf(page))
  } finally {
    await browser.close()
  }
})

describe('online', () => {
  let browser
  before(async () => (browser = await openBrowser()))
  after(() => browser?.close())

  async function enter(number, path, options) {
    const page = await openPage(browser, options)
    await page.goto('/app/')
    await signIn(page, number)
    await page.goto(`/app/${path}`)
    await page.locator('nav.bar').waitFor()
    return page
  }

  test('a session that has ended keeps what is written until the next sign-in', async () => {
    const farmer = await api(FARMER)
    const page = await enter(FARMER, 'nhat-ky')
    await page.locator('#thua option').nth(1).waitFor({ state: 'attached' })
    await page.context().clearCookies({ name: 'choque_session' })
    const note = `hết phiên ${randomUUID().slice(0, 8)}`
    await writeLine(page, note)
    await page.locator('[data-line]', { hasText: note }).locator('[data-state=needs_sign_in]').waitFor()
    await page.getByRole('button', { name: 'Đăng nhập' }).click()
    await signIn(page, FARMER)
    await open(page, 'Chờ gửi')
    await waitForDrafts(page, 'sent', 1)
    assert.equal((await farmer.get('/diary?limit=100')).items.filter(line => line.note === note).length, 1)
    assertOnlyExpected(page)
  })

  test('a refused draft keeps its words and the server\'s, is mended and sent under another id', async () => {
    const farmer = await api(FARMER)
    const page = await enter(FARMER, 'nhat-ky')
    const note = `quá dài ${randomUUID().slice(0, 8)}`
    await page.locator('#thua option').nth(1).waitFor({ state: 'attached' })
    await page.locator('#ghi-chu').evaluate(box => box.removeAttribute('maxlength'))
    await writeLine(page, note + ' x'.repeat(2000))
    await page.locator('[data-state=refused]').first().waitFor()
    await open(page, 'Chờ gửi')
    await drafts(page, 'refused').waitFor()
    const [refused] = await idsOf(page)
    assert.match(await drafts(page, 'refused').innerText(), /Bị từ chối: .{10,}/)
    await page.getByRole('link', { name: 'Sửa' }).click()
    assert.ok((await page.locator('#ghi-chu').inputValue()).startsWith(note), 'what was typed is still there')
    await page.locator('#ghi-chu').fill(note)
    await page.getByRole('button', { name: 'Ghi lại' }).click()
    await open(page, 'Chờ gửi')
    await waitForDrafts(page, 'sent', 1)
    const [sent] = await idsOf(page)
    assert.notEqual(sent, refused)
    assert.deepEqual((await farmer.get('/diary?limit=100')).items.filter(line => line.note === note).map(({ id }) => id), [sent])
  })

  test('a counter sale shows its QR at once and turns to "Đã nhận" when the bank tells', async () => {
    const keeper = await api(KEEPER)
    const page = await enter(KEEPER, 'thu-tien')
    await page.locator('.pad').waitFor()
    const id = await charge(page, 45_000)
    const payload = await page.locator('.qr').getAttribute('data-payload')
    await page.locator('[data-standing=pending]').waitFor()
    assert.equal(await page.locator('.qr').getAttribute('data-payload'), payload, "the phone's QR is the server's")

    const paid = await fetch(`${origin}/demo/bank/pay`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ payload }) })
    assert.ok(paid.ok, `the demo's bank answers ${paid.status}`)
    await page.getByText('Đã nhận 45.000 ₫').waitFor()
    const stall = (await keeper.get('/stalls?mine=1')).items[0]
    assert.ok((await page.locator('main').innerText()).includes(stall.money_account.holder_name), "the account's holder is shown")

    await open(page, 'Hôm nay')
    await page.locator(`[data-sale="${id}"]`, { hasText: 'Đã nhận 45.000 ₫' }).waitFor()
    assertOnlyExpected(page)
  })

  test('money that is short is said to be short', async () => {
    const page = await enter(KEEPER, 'thu-tien')
    await charge(page, 30_000)
    await page.locator('[data-standing=pending]').waitFor()
    const payload = await page.locator('.qr').getAttribute('data-payload')
    await fetch(`${origin}/demo/bank/pay`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ payload, amount: 20_000 }) })
    await page.getByText('Mới nhận 20.000 ₫, còn thiếu 10.000 ₫').waitFor()
  })

  for (const [light, options] of Object.entries({ light: {}, dark: { colorScheme: 'dark' }, 'high contrast': { contrast: 'more' } })) {
    test(`every screen is accessible and fits 360 px in ${light}`, async () => {
      const out = await openPage(browser, options)
      await out.goto('/app/')
      await out.locator('#phone').waitFor()
      await assertFits(out)
      await assertAccessible(out, `the console's sign-in in ${light}`)
      for (const [number, screens] of [[FARMER, ['Nhật ký', 'Chờ gửi', 'Tôi']], [KEEPER, ['Thu tiền', 'Hôm nay', 'Chờ gửi']]]) {
        const page = await enter(number, '', options)
        for (const screen of screens) {
          await open(page, screen)
          await page.getByRole('heading', { level: 1, name: screen }).waitFor()
          await assertFits(page)
          await assertAccessible(page, `the screen ${screen} in ${light}`)
        }
        if (number === KEEPER) {
          await open(page, 'Thu tiền')
          await charge(page, 10_000)
          await assertFits(page)
          await assertAccessible(page, `a sale in ${light}`)
        }
        assertOnlyExpected(page)
        await page.context().close()
      }
    })
  }
})
