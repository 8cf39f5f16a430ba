// A helper signs up a farmer and acts for her; her product's dossier goes to the officer, is sent back for a supplement
// while its clock stands, and gets four stars. Three years later they are gone from everywhere they were shown.
//
// The clock of the demo is moved here, so this journey has an exchange of its own.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startExchange } from './exchange.mjs'

const exchange = await startExchange()
process.env.CHOQUE_ORIGIN = exchange.origin
const { assertAccessible, assertFits, assertNoProblems, openBrowser, openPage, visit } = await import('./browser.mjs')
const { signIn: api } = await import('./farmer.mjs')
const { origin } = exchange

const HELPER = '0900000006'
const OFFICER = '0900000004'

/** Texts of buttons and links, exactly. */
const button = (page, name) => page.getByRole('button', { name, exact: true })
const link = (page, name) => page.getByRole('link', { name, exact: true })
const plain = text => text.replaceAll('\u{a0}', ' ')

let browser
before(async () => (browser = await openBrowser()))
after(async () => {
  await browser?.close()
  await exchange.stop()
})

/** A console of somebody's own phone, signed in through its own form. */
async function enter(phone, path = '') {
  const page = await openPage(browser)
  await page.goto('/app/')
  await page.locator('#phone').fill(phone)
  await page.locator('#password').fill('choque-demo')
  await page.locator('main form button[type=submit]').click()
  await page.locator('nav.bar').waitFor()
  // Before the sign-in nobody was signed in, which is what the first question is answered with.
  page.problems = page.problems.filter(problem => !/answered 401|status of 401/.test(problem))
  await page.goto(`/app/${path}`)
  await page.locator('nav.bar').waitFor()
  return page
}

/** The code that was sent to `phone` last: six digits of a text message. */
async function codeFor(phone) {
  for (let tries = 0; tries < 100; tries += 1) {
    const lines = (await readFile(exchange.messages, 'utf8').catch(() => '')).trim().split('\n').filter(Boolean)
    const last = lines.map(line => JSON.parse(line)).findLast(({ to }) => to.replace(/^\+84/, '0') === phone)
    const code = last?.text.match(/\d{6}/)?.[0]
    if (code) return code
    await sleep(100)
  }
  throw new Error(`no code was sent to ${phone}`)
}

/** Asks again until `work` gives something: projections are half a second behind. */
async function eventually(work, what, patience = 15_000) {
  const deadline = Date.now() + patience
  for (;;) {
    const got = await work()
    if (got) return got
    if (Date.now() > deadline) throw new Error(what)
    await sleep(200)
  }
}

async function moveClock(advance) {
  const answer = await fetch(`${origin}/demo/clock`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ advance }) })
  assert.equal(answer.ok, true, `the clock moves by ${advance}: ${answer.status}`)
  return answer.json()
}

/** The last state of a listing in the federation's feed. */
async function inFeed(id) {
  let cursor
  let seen
  for (;;) {
    const answer = await fetch(`${origin}/federation/v1/changes?limit=100${cursor ? `&since=${encodeURIComponent(cursor)}` : ''}`)
    assert.equal(answer.status, 200)
    const { items, next_cursor } = await answer.json()
    seen = items.findLast(item => item.id === id) ?? seen
    if (items.length === 0 || !next_cursor || next_cursor === cursor) return seen
    cursor = next_cursor
  }
}

/** Whether four stars are shown on the product page, in the list, where its code is scanned, and in the feed. */
async function shown({ slug, name, scan, listing }) {
  const text = async path => plain(await fetch(`${origin}${path}`).then(answer => answer.text()))
  const detail = await text(`/san-pham/${slug}`)
  const list = await text(`/tim?q=${encodeURIComponent(name)}`)
  assert.ok(list.includes(name), 'the list finds the product by its name')
  const scanned = await text(scan)
  const feed = await inFeed(listing)
  return {
    page: /4 sao/.test(detail),
    list: /OCOP 4 sao/.test(list),
    scan: /4 sao/.test(scanned),
    feed: feed?.listing?.star === 4,
  }
}

describe('four stars for a farmer who was helped', () => {
  const run = randomUUID().slice(0, 6)
  const phone = `09${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`
  const farmer = `Nguyễn Thị Xuân ${run}`
  const product = `Chè đinh đồi Xuân ${run}`
  const made = { name: product }
  let helper
  let officer
  let due

  test('the helper asks her, and the code from her own phone is her yes', async () => {
    helper = await enter(HELPER, 'giup-ba-con')
    await link(helper, 'Thêm người cần giúp').click()
    await button(helper, 'Gửi mã về máy bà con').click()
    assert.deepEqual(await helper.locator('.field__error').allInnerTexts(), ['Ghi họ tên.', 'Ghi số điện thoại, ví dụ 0912345678.', 'Đọc to bản đồng ý cho bà con nghe trước đã.'])
    await assertAccessible(helper, 'asking somebody')
    await assertFits(helper)
    await helper.locator('#ho-ten').fill(farmer)
    await helper.locator('#so-dien-thoai').fill(phone)
    const size = await helper.locator('.read-aloud p').first().evaluate(element => Number.parseFloat(getComputedStyle(element).fontSize))
    assert.ok(size >= 22, `the consent is read from ${size} px`)
    await helper.getByRole('checkbox', { name: 'Tôi đã đọc to' }).check()
    await button(helper, 'Gửi mã về máy bà con').click()

    const code = await codeFor(phone)
    await helper.locator('#ma').fill(code === '000000' ? '111111' : '000000')
    await button(helper, 'Xong, bà con đồng ý').click()
    await helper.locator('#ma-sai').waitFor()
    helper.problems = helper.problems.filter(problem => !/\/confirm answered 422|status of 422/.test(problem))
    await helper.locator('#ma').fill(code)
    await button(helper, 'Xong, bà con đồng ý').click()
    await button(helper, `Làm thay ${farmer}`).click()
    await helper.locator('.behalf').waitFor()
    assertNoProblems(helper)
  })

  test('every screen says for whom it is, and whoever scrolls still sees it', async () => {
    for (const path of ['', 'cho-gui', 'toi']) {
      await helper.goto(`/app/${path}`)
      const banner = helper.locator('.behalf')
      await banner.waitFor()
      assert.equal(await banner.locator('p').innerText(), `Bạn đang làm thay ${farmer}`)
      await helper.mouse.wheel(0, 2000)
      assert.ok((await banner.boundingBox()).y >= 0, 'the banner stays in sight')
      assert.ok((await button(helper, 'Thôi').boundingBox()).height >= 48)
    }
    await assertAccessible(helper, 'acting for somebody')
  })

  test('in her name: a shop, a product with a price, and a harvest', async () => {
    await helper.goto('/app/mo-gian-hang')
    await helper.locator('#ten-gian-hang').fill(`Hộ bà Xuân ${run}`)
    await helper.locator('#xa-phuong').fill('tan cuong')
    await helper.locator('.picker__option', { hasText: 'Tân Cương' }).first().click()
    await helper.locator('#dia-chi').fill('Xóm Hồng Thái')
    await button(helper, 'Mở gian hàng').click()
    await helper.getByRole('heading', { level: 2, name: `Hộ bà Xuân ${run}` }).waitFor()
    await assertAccessible(helper, 'a shop')
    await assertFits(helper)

    await helper.goto('/app/san-pham?moi')
    await helper.locator('#ten').fill(product)
    await helper.locator('#loai').fill('che xanh')
    await helper.locator('.picker__option').first().click()
    await button(helper, 'Lưu sản phẩm').click()
    await helper.getByRole('heading', { level: 2, name: product }).waitFor()
    made.product = new URL(helper.url()).searchParams.get('xem')
    await helper.locator('#gia').fill('450.000')
    await helper.locator('#so-luong-ban').fill('30')
    await button(helper, 'Đăng bán').click()
    const listing = helper.locator('[data-listing]')
    await listing.getByText('450.000 ₫').waitFor()
    await listing.locator('[data-state=live]').waitFor()
    made.listing = await listing.getAttribute('data-listing')
    const wire = await fetch(`${origin}/api/v1/listings/${made.listing}`).then(answer => answer.json())
    made.slug = wire.slug
    assert.equal(wire.seller.name, `Hộ bà Xuân ${run}`, 'it is hers')

    await link(helper, 'Ghi một lô của sản phẩm này').click()
    await helper.locator('#so-luong').fill('12')
    await button(helper, 'Ghi lô').click()
    const batch = helper.locator('[data-batch]')
    await batch.waitFor()
    await batch.getByRole('link').click()
    const code = await helper.locator('svg.qr').getAttribute('data-payload')
    made.scan = new URL(code).pathname
    assertNoProblems(helper)
  })

  test('in her name: the dossier', async () => {
    await helper.goto(`/app/san-pham?xem=${made.product}`)
    await link(helper, 'Xin công nhận OCOP').click()
    await helper.locator('#cau-chuyen').fill('Đồi chè sau nhà, sao bằng củi như bà ngoại dạy.')
    await helper.locator('#tu-cham').fill('82,5')
    await button(helper, 'Nộp hồ sơ').click()
    await helper.locator('[data-step=entered]').waitFor()
    assert.match(await helper.locator('[data-step=entered]').innerText(), new RegExp(`làm thay ${farmer}`))
    made.dossier = new URL(helper.url()).searchParams.get('xem')
    await assertAccessible(helper, 'a dossier of one\'s own')
    await assertFits(helper)
    assertNoProblems(helper)
  })

  test('the officer accepts it at the commune and asks for a supplement: the clock stands, the deadline moves', async () => {
    officer = await enter(OFFICER, 'ban-ho-so')
    await officer.locator('[data-rate]').waitFor()
    await assertAccessible(officer, 'the officers\' desk')
    await assertFits(officer)
    const row = officer.locator(`[data-dossier="${made.dossier}"]`)
    await row.getByRole('link').click()
    await officer.locator('[data-act=accept]').click()
    await button(officer, 'Nhận hồ sơ').click()
    await officer.locator('[data-state=accepted]').waitFor()
    due = await officer.locator('[data-due]').first().getAttribute('data-due')

    await officer.locator('[data-act=supplement_ask]').click()
    await button(officer, 'Gửi yêu cầu').click()
    assert.equal(await officer.locator('.field__error').innerText(), 'Ghi rõ cần bổ sung gì.')
    await officer.locator('#can-bo-sung').fill('Thiếu phiếu kiểm nghiệm dư lượng thuốc.')
    await button(officer, 'Gửi yêu cầu').click()
    await officer.locator('[data-state=supplement]').waitFor()
    assert.match(await officer.locator('[data-due]').first().innerText(), /Dừng tính ngày/)
    await assertAccessible(officer, 'a dossier on the desk')

    await moveClock('P10D')
    await officer.reload()
    await officer.locator('[data-state=supplement]').waitFor()
    const moved = await eventually(async () => {
      const now = await officer.locator('[data-due]').first().getAttribute('data-due')
      return now > due && now
    }, `the deadline of ${due} moves while the clock stands`)
    assert.ok(moved > due)
    assertNoProblems(officer)
  })

  test('the answer goes out in her name', async () => {
    await helper.goto(`/app/ho-so?xem=${made.dossier}`)
    await helper.locator('[data-asked]').getByText('Thiếu phiếu kiểm nghiệm').waitFor()
    await helper.locator('#tra-loi').fill('Đã nộp phiếu kiểm nghiệm số 12, ngày lấy mẫu tuần trước.')
    await button(helper, 'Gửi trả lời').click()
    await helper.locator('[data-state=accepted]').waitFor()
    const text = await helper.locator('[data-step=supplement_answered]').innerText()
    assert.match(text, new RegExp(`làm thay ${farmer}`))
    assertNoProblems(helper)
  })

  test('samples, a ballot of 83.5 points, four stars', async () => {
    await officer.goto(`/app/ban-ho-so?xem=${made.dossier}`)
    await officer.locator('[data-answered]').getByText('phiếu kiểm nghiệm số 12').waitFor()
    await officer.locator('[data-act=samples]').click()
    await button(officer, 'Ghi nhận mẫu').click()
    await officer.locator('[data-samples="5"]').waitFor()

    await officer.locator('[data-act=score]').click()
    await officer.locator('#diem-a').fill('41')
    assert.equal(await officer.locator('#diem-a-sai').innerText(), 'Ghi số từ 0 đến 40.')
    await officer.locator('#diem-a').fill('35')
    await officer.locator('#diem-b').fill('20,5')
    await officer.locator('#diem-c').fill('28')
    const total = officer.locator('[data-total]')
    assert.equal(await total.getAttribute('data-total'), '83.5')
    assert.match(await total.innerText(), /83,5 điểm: 4 sao/)
    await button(officer, 'Gửi phiếu của tôi').click()
    await officer.locator('[data-result="83.5"]').waitFor()

    await officer.locator('[data-act=decide]').click()
    await officer.getByRole('radio', { name: 'Công nhận 4 sao' }).check()
    await officer.locator('#so-quyet-dinh').fill(`${run}/QĐ-UBND`)
    await assertAccessible(officer, 'a decision')
    await button(officer, 'Ghi quyết định').click()
    await officer.locator('[data-decision=granted]').waitFor()
    assert.match(await officer.locator('[data-decision=granted]').innerText(), /Được công nhận 4 sao/)
    assertNoProblems(officer)
  })

  test('the stars are on the product\'s page, in the list, where its code is scanned, and in the feed', async () => {
    const everywhere = { page: true, list: true, scan: true, feed: true }
    let last
    await eventually(async () => Object.values((last = await shown(made))).every(Boolean), 'the stars come').catch(() => undefined)
    assert.deepEqual(last, everywhere)
    const page = await openPage(browser)
    await visit(page, `/san-pham/${made.slug}`)
    await page.locator('.badge--ocop', { hasText: '4 sao' }).waitFor()
    assertNoProblems(page)
  })

  test('36 months later they are gone from all four', async () => {
    await moveClock('P36M')
    const nowhere = { page: false, list: false, scan: false, feed: false }
    let last
    await eventually(async () => !Object.values((last = await shown(made))).some(Boolean), 'the stars go').catch(() => undefined)
    assert.deepEqual(last, nowhere)
  })

  test('her helper\'s acts are hers to read, and she can end it', async () => {
    // Three years on the consent is over too: a young one of the same kind.
    const token = await api(HELPER)
    const answer = await token.request('/acts?limit=100')
    assert.equal(answer.status, 200)
    const { items } = await answer.json()
    const hers = items.filter(({ behalf }) => behalf?.name === farmer)
    assert.ok(hers.length >= 5, `a shop, a product, a listing, a batch, a dossier, an answer: ${hers.map(({ what }) => what).join(', ')}`)
  })
})

describe('a consent that is taken back', () => {
  test('what the helper wrote without signal is refused with its reason, and acting ends', async () => {
    const helper = await enter(HELPER, 'giup-ba-con')
    const mine = await api(HELPER)
    // One without a phone: a witness says yes.
    const name = `Bà Dền ${randomUUID().slice(0, 6)}`
    await link(helper, 'Thêm người cần giúp').click()
    await helper.getByRole('radio', { name: 'Không có: nhờ người làm chứng' }).check()
    await helper.locator('#ho-ten').fill(name)
    await helper.locator('#chung-ten').fill('Lê Văn Chứng')
    await helper.locator('#chung-viec').fill('trưởng xóm')
    await helper.locator('#chung-noi').fill('xóm Hồng Thái')
    await helper.getByRole('checkbox', { name: 'Tôi đã đọc to' }).check()
    await button(helper, 'Ghi nhận đồng ý').click()
    await button(helper, `Làm thay ${name}`).click()
    await helper.locator('.behalf').waitFor()
    await helper.locator('#ten-gian-hang').fill(`Hộ ${name}`)
    await helper.locator('#xa-phuong').fill('tan cuong')
    await helper.locator('.picker__option', { hasText: 'Tân Cương' }).first().click()
    await button(helper, 'Mở gian hàng').click()
    await helper.getByRole('heading', { level: 2, name: `Hộ ${name}` }).waitFor()
    await helper.goto('/app/san-pham?moi')
    await helper.locator('#ten').fill(`Rau ${name}`)
    await helper.locator('#loai').fill('rau')
    await helper.locator('.picker__option').first().click()
    await button(helper, 'Lưu sản phẩm').click()
    await helper.getByRole('heading', { level: 2, name: `Rau ${name}` }).waitFor()

    // In the field, without signal; meanwhile the consent ends elsewhere.
    await helper.locator('nav.bar').getByRole('link', { name: 'Lô hàng' }).click()
    await helper.context().setOffline(true)
    await link(helper, 'Ghi lô mới').click()
    await helper.locator('#so-luong').fill('3')
    await button(helper, 'Ghi lô').click()
    await helper.locator('[data-draft]').waitFor()
    const consents = await mine.get('/consents?limit=100')
    const consent = consents.items.find(({ farmer, state }) => farmer.name === name && state === 'active')
    await mine.create(`/consents/${consent.id}/revoke`, {}).catch(error => assert.match(String(error), /answers 200/))

    await helper.context().setOffline(false)
    await helper.goto('/app/cho-gui')
    const draft = helper.locator('[data-draft]', { hasText: `Ghi thay ${name}` })
    await draft.locator('[data-state=refused]').waitFor()
    assert.ok((await draft.locator('[data-state=refused]').innerText()).length > 'Bị từ chối: '.length, 'it says why')
    await helper.goto('/app/')
    // The words for it stand where it was noticed: on this page, or on the one before.
    await helper.locator('.behalf').waitFor({ state: 'detached' })
    const batches = await mine.get('/batches?mine=1&limit=100')
    assert.equal(batches.items.some(({ quantity }) => quantity.value === '3'), false, 'nothing became the helper\'s own')
  })
})
