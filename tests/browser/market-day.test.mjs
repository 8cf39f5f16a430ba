// A market day on an exchange that holds its buyers' money: three sellers' goods in one basket on a phone, paid by the
// demo's bank; the sellers pack and ship in the console, the buyer confirms, one thing comes back. In the evening the
// statements, the payouts and the tax withheld are the ledger, to the đồng.
import assert from 'node:assert/strict'
import { randomInt, randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { assertAccessible, assertFits, assertNoProblems, openBrowser, openPage, readFromScreen, visit } from './browser.mjs'
import { button, enter as open, surely } from './console.mjs'
import { startExchange } from './exchange.mjs'
import { call, signIn } from './farmer.mjs'

const PASSWORD = `mat-khau-${randomUUID()}`
const MONTH = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 7)

let browser, exchange
before(async () => {
  browser = await openBrowser()
  exchange = await startExchange({ settings: { CHOQUE_MONEY: 'held' } })
})
after(async () => {
  await browser?.close()
  await exchange?.stop()
})

const api = (phone, password = 'choque-demo') => signIn(phone, password, exchange.origin)

/** Somebody's console at `path`. */
const enter = ({ phone, password }, path) => open(browser, phone, path, { baseURL: exchange.origin, ...(password && { password }) })

/** A household that has opened a shop this morning, with an account of its own and one thing to sell. */
async function household(name, goods, price) {
  const phone = `09${String(randomInt(1e8)).padStart(8, '0')}`
  await call('POST', '/accounts', { phone, name, password: PASSWORD }, {}, 201, exchange.origin)
  const tools = await api(phone, PASSWORD)
  const { id } = await tools.create('/sellers', { kind: 'household', name: `Hộ ${name}`, commune_code: '05503', street: 'Xóm Hồng Thái 2' })
  const number = String(randomInt(1e9, 1e10))
  await tools.put(`/sellers/${id}/money-account`, { bank_bin: '970436', number, holder_name: 'NGUYEN THI LAN', notices: 'sepay' })
  return { phone, password: PASSWORD, tools, id, goods: await offer(tools, goods, price) }
}

/** One thing on sale, all new: twenty kilograms of it. */
async function offer(tools, name, price) {
  const { items: categories } = await tools.get('/categories')
  const category = categories.find(({ name }) => /chè/i.test(name)) ?? categories[0]
  const product = await tools.create('/products', { name: `${name} ${randomUUID().slice(0, 6)}`, category: category.id, unit: 'kg', description: 'Sao bằng củi.' })
  return tools.create('/listings', { product_id: product.id, price, unit: 'kg', stock: { value: '20', unit: 'kg' } })
}

/** The one order that a seller has of this buyer. */
async function orderOf({ tools }, buyer) {
  const orders = await tools.all('/orders?mine=1&as=seller')
  return orders.find(order => order.buyer.name === buyer)
}

describe('a market day', () => {
  const BUYER = `Trần Thị Mua ${randomUUID().slice(0, 4)}`
  let cooperative, lan, minh, sellers, administrator, buyer, receipt

  before(async () => {
    const tools = await api('0900000001')
    const [{ id }] = (await tools.get('/sellers?mine=1')).items
    cooperative = { phone: '0900000001', tools, id, goods: await offer(tools, 'Chè đinh', 500_000) }
    lan = await household('Nguyễn Thị Lan', 'Chè búp', 350_000)
    minh = await household('Hoàng Văn Minh', 'Chè móc câu', 250_000)
    sellers = [cooperative, lan, minh]
    administrator = await api('0900000009')
    buyer = await openPage(browser, { baseURL: exchange.origin })
  })

  test('three sellers’ goods go into one basket, and one code pays for all', async () => {
    for (const { goods } of sellers) {
      await visit(buyer, `/san-pham/${goods.slug}`)
      await buyer.locator('form[action="/gio-hang"] button').first().click()
      await buyer.waitForURL(/gio-hang/)
    }
    assert.equal(await buyer.locator('.basket').count(), 3)
    await assertFits(buyer)
    await buyer.locator('a[href="/thanh-toan"]').click()
    await buyer.waitForURL(/thanh-toan/)
    await buyer.locator('#name').fill(BUYER)
    await buyer.locator('#phone').fill('0912345678')
    await buyer.locator('#commune').selectOption({ index: 1 })
    await buyer.locator('#street').fill('Xóm Hồng Thái 2')
    await buyer.locator('input[name=method][value=vietqr]').check()
    await buyer.locator('form[action="/thanh-toan"] button.button--wide').click()
    await buyer.waitForURL(/don-hang/)
    receipt = buyer.url()
    assert.equal(await buyer.locator('.pay__code').count(), 1, 'the exchange holds the money, so one transfer is enough')
    await assertAccessible(buyer, 'the order')

    const payload = await readFromScreen(buyer.locator('.pay__code'))
    const paid = await fetch(`${exchange.origin}/demo/bank/pay`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ payload }),
    })
    assert.equal(paid.status, 200, await paid.text())
    await buyer.waitForFunction(() => document.querySelectorAll('.pay__code').length === 0)
    for (const seller of sellers) {
      const { id, payment, total } = await orderOf(seller, BUYER)
      assert.equal(payment.status, 'paid')
      Object.assign(seller, { order: id, total })
    }
    assert.equal(sellers.reduce((sum, { total }) => sum + total, 0), 1_100_000)
    assertNoProblems(buyer)
  })

  test('the cooperative packs all there is and sends it by coach', async () => {
    const page = await enter(cooperative, 'don-hang')
    const order = page.locator(`[data-order="${cooperative.order}"]`)
    await page.locator(`[data-group=confirm] [data-order="${cooperative.order}"]`).waitFor()
    await order.getByRole('button', { name: 'Nhận đơn' }).click()
    await page.locator(`[data-group=pack] [data-order="${cooperative.order}"]`).waitFor()
    await order.getByRole('button', { name: 'Đã đóng gói' }).click()
    await page.locator(`[data-group=ship] [data-order="${cooperative.order}"]`).waitFor()
    await order.getByRole('link', { name: 'Xem đơn' }).click()
    await page.locator('[data-work=ship]').click()
    await page.locator('#ai-cho').fill('Nhà xe Hà Lan, 0912 345 678')
    await page.locator('#ma-van-don').fill('HL-42')
    await button(page, 'Đã gửi đi').click()
    await page.locator('[data-fulfilment=shipped]').waitFor()
    assert.match(await page.locator('[data-parcel=shipped]').innerText(), /Nhà xe Hà Lan.*HL-42/)
    await assertFits(page)
    await assertAccessible(page, 'an order on its way')
    assertNoProblems(page)
  })

  test('Lan has only six hundred grams left: the rest is dropped, and its money goes back', async () => {
    const page = await enter(lan, `don-hang?xem=${lan.order}`)
    await button(page, 'Nhận đơn').click()
    await page.locator('[data-state=confirmed]').waitFor()
    await page.locator('[data-work=pack]').click()
    await page.locator('form .figures').first().fill('0,6')
    await button(page, 'Đã đóng gói').click()
    await page.getByRole('alert').filter({ hasText: 'Chọn: gửi sau' }).waitFor()
    await page.getByRole('radio', { name: /Không có nữa/ }).check()
    await button(page, 'Đã đóng gói').click()
    await page.locator('[data-fulfilment=packed]').waitFor()
    await page.locator('[data-work=ship]').click()
    await button(page, 'Đã gửi đi').click()
    await page.locator('[data-fulfilment=shipped]').waitFor()
    lan.total = (await lan.tools.get(`/orders/${lan.order}`)).total
    assert.equal(lan.total, 210_000, 'six hundred grams at 350,000 đ')
    await assertAccessible(page, 'an order of which a part was dropped')
    assertNoProblems(page)
  })

  test('Minh packs and sends from the list', async () => {
    const page = await enter(minh, 'don-hang')
    const order = page.locator(`[data-order="${minh.order}"]`)
    for (const [press, next] of [['Nhận đơn', 'pack'], ['Đã đóng gói', 'ship'], ['Đã gửi đi', 'deliver']]) {
      await order.getByRole('button', { name: press }).click()
      await page.locator(`[data-group=${next}] [data-order="${minh.order}"]`).waitFor()
    }
    assertNoProblems(page)
  })

  test('the buyer has received everything, and gives Minh’s tea back', async () => {
    await visit(buyer, receipt)
    assert.match(await buyer.locator('main').innerText(), /Nhà xe Hà Lan/)
    for (const left of [3, 2, 1]) {
      const received = buyer.locator('form[action*="/da-nhan"] button')
      assert.equal(await received.count(), left)
      await received.first().click()
      await buyer.waitForLoadState()
      await visit(buyer, receipt)
    }
    for (const seller of sellers) {
      const { state, received } = await seller.tools.get(`/orders/${seller.order}`)
      assert.deepEqual([state, received], ['completed', true])
    }

    await buyer.locator(`a[href*="${minh.order}/tra-hang"]`).click()
    await buyer.locator('form input.figures').first().fill('1')
    await buyer.locator('#reason').selectOption('quality')
    await buyer.locator('#text').fill('Chè bị ẩm.')
    await assertFits(buyer)
    await assertAccessible(buyer, 'asking to give something back')
    await buyer.locator('form button.button--wide').click()
    await buyer.getByText('Chè bị ẩm.').waitFor()
    assertNoProblems(buyer)
  })

  test('Minh answers, and lets the buyer keep it', async () => {
    const page = await enter(minh, 'don-hang')
    await page.locator('[data-group=returns] [data-return]').getByRole('link').click()
    await page.getByText('Chè bị ẩm.').waitFor()
    await page.getByLabel('Nhắn thêm').fill('Em xin lỗi chị, em trả lại tiền.')
    await button(page, 'Gửi').click()
    await page.locator('[data-by=seller]', { hasText: 'Em xin lỗi chị' }).waitFor()
    await assertAccessible(page, 'a return')
    await assertFits(page)
    await button(page, 'Trả tiền, khách giữ hàng').click()
    await page.locator('[data-return-state=refunded]').waitFor()
    assertNoProblems(page)
  })

  test('the exchange gives the buyer’s money back by the codes on its desk', async () => {
    const owed = (await administrator.all('/refunds?state=owed')).filter(({ order_id }) => [lan.order, minh.order].includes(order_id))
    assert.deepEqual(owed.map(({ amount, why }) => [why, amount]).sort(), [['returned', 250_000], ['short', 140_000]])
    for (const { id } of owed) {
      await call('POST', `/refunds/${id}/account`, { bank_bin: '970422', number: '0123456789', holder_name: 'TRAN THI MUA' }, {}, 200, exchange.origin)
    }
    const page = await enter({ phone: '0900000009' }, 'ban-tien?muc=hoan-tien')
    for (const { id, amount } of owed) {
      const refund = page.locator(`[data-refund="${id}"]`)
      await refund.getByRole('button', { name: 'Hiện mã để chuyển' }).click()
      await refund.locator('.qr').waitFor()
      assert.ok((await refund.locator('.qr').getAttribute('data-payload')).includes(`5406${amount}`), 'the code asks for what is owed')
      await refund.getByRole('button', { name: 'Đã chuyển', exact: true }).click()
      await refund.getByRole('button', { name: 'Đã chuyển thật?' }).click()
      await page.locator(`[data-refund="${id}"][data-state=sent]`).waitFor({ state: 'attached' })
    }
    await assertFits(page)
    await assertAccessible(page, 'the refunds of the exchange')
    assertNoProblems(page)
  })

  test('the sellers are paid out by one file for the bank', async () => {
    const page = await enter({ phone: '0900000009' }, 'ban-tien?muc=chi-tra')
    await surely(page, 'Lập lệnh chi đến hạn', 'Lập thật?')
    await page.locator('[data-made]').waitFor()
    const made = (await administrator.all('/payouts?state=made')).filter(({ seller }) => sellers.some(({ id }) => id === seller.id))
    assert.deepEqual(made.map(({ seller }) => seller.id).sort(), [cooperative.id, lan.id].sort(), 'whose sale came back is paid nothing')
    const { type, bytes } = await administrator.download('/payouts/file.csv')
    assert.match(type, /csv/)
    for (const { amount, reference } of made) assert.ok(bytes.toString('utf8').includes(reference) && bytes.toString('utf8').includes(String(amount)))
    for (const { id } of made) {
      await page.goto(`/app/ban-tien?muc=chi-tra&xem=${id}`)
      await surely(page, 'Đã chuyển', 'Đã chuyển thật?')
      await page.locator('article[data-state=sent]').waitFor()
    }
    await assertFits(page)
    await assertAccessible(page, 'a payout')
    assertNoProblems(page)
  })

  test('statements, payouts and withholding equal the ledger, to the đồng', async () => {
    const { debit, credit } = await administrator.get('/ledger/trial-balance')
    assert.equal(debit, credit)
    const transfers = await administrator.all('/ledger/transfers')
    /** What the ledger says of a kind of account of one seller, above zero where it has come in. */
    const net = (kind, id, reason) => transfers
      .filter(transfer => !reason || transfer.reason === reason)
      .reduce((sum, { amount, debit, credit }) => sum + (credit.kind === kind && credit.id === id ? amount : 0) - (debit.kind === kind && debit.id === id ? amount : 0), 0)
    const taxes = await administrator.get(`/tax-returns/${MONTH}`)
    const payouts = (await administrator.all('/payouts')).filter(({ state }) => state !== 'failed')

    for (const { id, total, tools } of sellers) {
      const { opening, closing, items, totals } = await tools.get(`/sellers/${id}/statement?month=${MONTH}`)
      assert.equal(closing, opening + items.reduce((sum, { amount }) => sum + amount, 0))
      assert.equal(closing, net('seller', id), 'what the exchange owes is what the ledger says')
      for (const [reason, amount] of [['earned', totals.revenue], ['returned', 0 - totals.returned], ['commission', 0 - totals.commission], ['withheld', 0 - totals.vat - totals.pit], ['payout', 0 - totals.payouts]]) {
        assert.equal(net('seller', id, reason), amount, `${reason} of ${id}`)
      }
      assert.ok(totals.revenue >= total)
      assert.equal(net('tax', id), totals.vat + totals.pit, 'what is withheld is owed to the state')
      assert.equal(net('commission', id), totals.commission, 'what is charged is the exchange’s')

      const paid = payouts.filter(({ seller }) => seller.id === id)
      assert.equal(paid.reduce((sum, { amount }) => sum + amount, 0), totals.payouts)
      for (const payout of paid) {
        const { amount, items: lines } = await tools.get(`/payouts/${payout.id}`)
        assert.ok(amount > 0)
        assert.equal(lines.reduce((sum, line) => sum + line.amount, 0), amount)
      }
      const line = taxes.items.find(({ seller }) => seller.id === id)
      assert.equal(line?.due ?? 0, totals.vat + totals.pit, 'the tax return declares it')
    }
    const withheld = (await lan.tools.get(`/sellers/${lan.id}/statement?month=${MONTH}`)).totals
    assert.deepEqual([withheld.vat, withheld.pit], [2_100, 1_050], 'one percent and a half percent of 210,000 đ')
    const returned = (await minh.tools.get(`/sellers/${minh.id}/statement?month=${MONTH}`)).totals
    assert.deepEqual([returned.revenue, returned.returned, returned.vat, returned.pit], [250_000, 250_000, 0, 0])

    const page = await enter(lan, 'tien-hang')
    await page.locator('[data-closing]').waitFor()
    const shown = name => page.locator(`[data-total=${name}]`).getAttribute('data-amount')
    assert.deepEqual([await shown('revenue'), await shown('vat'), await shown('pit')], ['210000', '2100', '1050'])
    await assertFits(page)
    await assertAccessible(page, 'a statement')
    assertNoProblems(page)
  })

  test('bank and books agree, but for what the bank has not told of yet', async () => {
    const page = await enter({ phone: '0900000009' }, 'ban-tien?muc=doi-soat')
    await page.locator('[data-account]').first().waitFor()
    const { accounts } = await administrator.get(`/reconciliation?from=${MONTH}-01&to=${new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10)}`)
    const held = accounts.find(({ kind }) => kind === 'held')
    assert.equal(held.bank_in, held.ledger_in)
    const causes = held.days.flatMap(({ causes }) => causes)
    assert.equal(held.difference, causes.reduce((sum, { amount }) => sum + amount, 0), 'every đồng apart has its cause')
    assert.ok(causes.every(({ kind }) => kind === 'not_seen'), 'only what was said to be sent is still to be seen')
    assert.equal(await page.locator(`[data-account="${held.id}"]`).getAttribute('data-difference'), String(held.difference))
    await assertFits(page)
    await assertAccessible(page, 'the reconciliation')
    assertNoProblems(page)
  })
})
