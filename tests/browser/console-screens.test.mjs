// The seller's screens of the console: products with photos and prices, batches with stickers, orders to pack, and where
// the money goes.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { assertAccessible, assertFits, assertNoProblems, openBrowser, openPage, origin } from './browser.mjs'
import { harvest, signIn as api } from './farmer.mjs'

const FARMER = '0900000001'

let browser
before(async () => (browser = await openBrowser()))
after(() => browser?.close())

/** The farmer's console at `path`, signed in through its own form. */
async function enter(path, options) {
  const page = await openPage(browser, options)
  await page.goto('/app/')
  await page.locator('#phone').fill(FARMER)
  await page.locator('#password').fill('choque-demo')
  await page.locator('main form button[type=submit]').click()
  await page.locator('nav.bar').waitFor()
  // Before the sign-in nobody was signed in, which is what the first question is answered with.
  page.problems = page.problems.filter(problem => !/answered 401|status of 401/.test(problem))
  await page.goto(`/app/${path}`)
  await page.locator('nav.bar').waitFor()
  return page
}

/** With plain spaces: numbers and their units are kept together by others. */
const plain = text => text.replaceAll('\u{a0}', ' ')

const button = (page, name) => page.getByRole('button', { name, exact: true })

/** A product on sale, all new. */
async function offer(farmer, { price = 350_000, stock = '20' } = {}) {
  const made = await harvest(farmer)
  const listing = await farmer.create('/listings', { product_id: made.product.id, price, unit: 'kg', stock: { value: stock, unit: 'kg' } })
  return { ...made, listing }
}

describe('products', () => {
  test('a product is added, photographed, put on sale, made dearer, withdrawn and brought back', async () => {
    const farmer = await api(FARMER)
    const name = `Trà sen thử ${randomUUID().slice(0, 8)}`
    const page = await enter('san-pham')
    await page.getByRole('link', { name: 'Thêm sản phẩm' }).click()

    await button(page, 'Lưu sản phẩm').click()
    assert.deepEqual(await page.locator('.field__error').allInnerTexts(), ['Ghi tên sản phẩm.', 'Chọn loại hàng trong danh sách.'])
    await page.locator('#ten').fill(name)
    await page.locator('#loai').fill('che xanh')
    await page.locator('.picker__option').first().click()
    assert.match(await page.locator('#loai').innerText(), /Chè xanh/, 'found without its marks')
    await page.locator('#mo-ta').fill('Ướp sen hồ Núi Cốc.')
    await button(page, 'Lưu sản phẩm').click()
    await page.getByRole('heading', { level: 2, name }).waitFor()
    const id = new URL(page.url()).searchParams.get('xem')

    // What leaves the phone, in pieces: noted as they are handed over.
    await page.evaluate(() => {
      const { fetch } = window
      window.pieces = []
      window.fetch = (path, init) => {
        if (init?.body instanceof Blob) window.pieces.push(init.body)
        return fetch(path, init)
      }
    })
    const picture = await page.evaluate(async () => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 3000, height: 2000 })
      const pen = canvas.getContext('2d')
      for (let x = 0; x < 3000; x += 20) {
        pen.fillStyle = `hsl(${x % 360} 60% 50%)`
        pen.fillRect(x, 0, 20, 2000)
      }
      return canvas.toDataURL('image/png').split(',')[1]
    })
    const files = [
      { name: 'che.png', mimeType: 'image/png', buffer: Buffer.from(picture, 'base64') },
      { name: 'ghi-chu.txt', mimeType: 'text/plain', buffer: Buffer.from('không phải ảnh') },
    ]
    assert.equal(await page.locator('[data-photos=camera]').getAttribute('capture'), 'environment')
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button(page, 'Chọn ảnh').click()])
    await chooser.setFiles(files)
    await page.locator('.photo .picture img').waitFor({ timeout: 60_000 })
    const sent = await page.evaluate(async () => {
      const whole = new Blob(window.pieces)
      const { width, height } = await createImageBitmap(whole)
      const [first, second] = new Uint8Array(await whole.arrayBuffer())
      return { width, height, jpeg: first === 0xff && second === 0xd8 }
    })
    assert.deepEqual(sent, { width: 2048, height: 1365, jpeg: true })
    assert.match(await page.locator('[data-photo=stopped]').innerText(), /không đọc được ghi-chu\.txt/)
    await button(page, 'Bỏ ảnh này').click()
    const { photos } = await farmer.get(`/products/${id}`)
    assert.equal(photos.length, 1)

    await button(page, 'Đăng bán').click()
    assert.deepEqual(await page.locator('.field__error').allInnerTexts(), ['Ghi giá bằng số, ví dụ 350.000.', 'Ghi số lớn hơn 0, ví dụ 12 hoặc 1,5.'])
    await page.locator('#gia').fill('350.000')
    await page.locator('#so-luong-ban').fill('12,5')
    await button(page, 'Đăng bán').click()
    const listing = page.locator('[data-listing]')
    await listing.getByText('350.000 ₫').waitFor()
    await listing.getByText('Còn 12,5 kg').waitFor()

    await button(page, 'Sửa giá, số lượng').click()
    await listing.getByLabel('Giá một kg').fill('360000')
    await listing.getByLabel('Còn bao nhiêu').fill('10')
    await button(page, 'Lưu').click()
    await listing.getByText('360.000 ₫').waitFor()
    await listing.getByText('Còn 10 kg').waitFor()

    await button(page, 'Ngừng bán').click()
    await button(page, 'Ngừng bán thật?').click()
    await listing.getByText('Đã ngừng bán').waitFor()
    const listingId = await listing.getAttribute('data-listing')
    assert.equal((await farmer.get(`/listings/${listingId}`)).state, 'withdrawn')
    await button(page, 'Bán lại').click()
    await listing.locator('[data-state=live]').waitFor()
    const { state, price, left } = await farmer.get(`/listings/${listingId}`)
    assert.deepEqual({ state, price, left }, { state: 'live', price: 360_000, left: { value: '10', unit: 'kg' } })

    await page.goto('/app/san-pham')
    const row = page.locator(`[data-product="${id}"]`)
    await row.getByText('360.000 ₫').waitFor()
    assert.equal(await row.locator('img').getAttribute('src'), `/anh/${photos[0]}/320.webp`)
    assertNoProblems(page)
  })

  test('what the server refuses stands at its field, and nothing that was typed is lost', async () => {
    const { batch, product } = await api(FARMER).then(harvest)
    const page = await enter(`lo-hang?xem=${batch.id}`)
    await page.locator('#gia').fill('400.000')
    await button(page, 'Đăng bán').click()
    await page.locator('.offer').waitFor()
    assertNoProblems(page)
    // Stock of a batch is what the batch holds; it cannot be typed over.
    await page.goto(`/app/san-pham?xem=${product.id}`)
    await button(page, 'Sửa giá, số lượng').click()
    await page.getByLabel('Còn bao nhiêu').fill('99')
    await button(page, 'Lưu').click()
    await page.locator('[data-listing] .field__error').waitFor()
    assert.equal(await page.getByLabel('Còn bao nhiêu').getAttribute('aria-invalid'), 'true')
    assert.equal(await page.getByLabel('Còn bao nhiêu').inputValue(), '99')
  })
})

describe('batches', () => {
  test('a harvest written without signal is recorded once, gets its code and stickers, and goes on sale', async () => {
    const farmer = await api(FARMER)
    const { product, plot } = await harvest(farmer)
    const before = (await farmer.get('/batches?mine=1&limit=100')).items.map(({ id }) => id)
    const page = await enter('lo-hang')
    await page.locator('[data-batch]').first().waitFor()
    await page.getByRole('link', { name: 'Ghi lô mới' }).click()
    // The lists that the form needs are on the phone; then the signal goes.
    await page.getByRole('checkbox', { name: plot.name }).first().waitFor()
    await page.context().setOffline(true)
    await page.locator('#san-pham').fill(product.name)
    await page.locator('.picker__option', { hasText: product.name }).click()
    await button(page, 'Ghi lô').click()
    assert.deepEqual(await page.locator('.field__error').allInnerTexts(), ['Ghi số lớn hơn 0, ví dụ 12 hoặc 1,5.'])
    await page.locator('#so-luong').fill('7,5')
    await page.getByRole('checkbox', { name: plot.name }).first().check()
    await button(page, 'Ghi lô').click()
    const draft = page.locator('[data-draft]')
    await draft.locator('[data-state=waiting]').waitFor()
    assert.match(plain(await draft.innerText()), /7,5 kg/)

    await page.context().setOffline(false)
    await draft.waitFor({ state: 'detached', timeout: 30_000 })
    const made = (await farmer.get('/batches?mine=1&limit=100')).items.filter(({ id }) => !before.includes(id))
    assert.deepEqual(made.map(({ product_id, quantity }) => ({ product_id, quantity })), [{ product_id: product.id, quantity: { value: '7.5', unit: 'kg' } }])

    const [batch] = made
    await page.locator(`[data-batch="${batch.id}"] a`).click()
    assert.equal(await page.locator('.qr').getAttribute('data-payload'), batch.digital_link)
    await page.locator('#to-tem').selectOption('a4-65')
    assert.equal(await page.locator('#so-tem').inputValue(), '65')
    await page.locator('#so-tem').fill('0')
    assert.equal(await button(page, 'Mở tờ tem (PDF)').isDisabled(), true)
    await page.locator('#so-tem').fill('66')
    const address = await page.getByRole('link', { name: 'Mở tờ tem (PDF)' }).getAttribute('href')
    const sheet = await page.request.get(address)
    assert.equal(sheet.status(), 200, await sheet.text())
    assert.equal((await sheet.body()).subarray(0, 5).toString(), '%PDF-')

    await page.locator('#gia').fill('400000')
    await button(page, 'Đăng bán').click()
    await page.locator('.offer', { hasText: '400.000 ₫' }).waitFor()
    const { items } = await farmer.get('/listings?mine=1&limit=100')
    const listing = await farmer.get(`/listings/${items.find(({ product_id }) => product_id === product.id).id}`)
    assert.deepEqual(listing.lots.map(({ batch_id }) => batch_id), [batch.id])
  })

  test('a harvest inside an interval is recorded and held, in plain words with its date', async () => {
    const farmer = await api(FARMER)
    const { product } = await harvest(farmer)
    const plot = await farmer.create('/plots', { name: `Nương mới phun ${randomUUID().slice(0, 8)}`, commune_code: '05503', area_m2: 900 })
    const day = 86_400_000
    const iso = days => new Date(Date.now() + 7 * 3_600_000 + days * day).toISOString().slice(0, 10)
    await farmer.create('/diary', { plot_id: plot.id, activity: 'spraying', happened_at: iso(-3), input_name: 'Abamectin', interval_days: 10 })

    const page = await enter(`lo-hang?moi&san-pham=${product.id}`)
    await page.locator('#so-luong').fill('5')
    await page.getByRole('checkbox', { name: plot.name }).check()
    // The phone knows of the spraying and asks first.
    await page.getByText('Tôi đã hái rồi').click()
    await button(page, 'Ghi lô').click()
    const row = page.locator('[data-batch]', { hasText: 'chưa hết thời gian cách ly thuốc' }).first()
    await row.waitFor({ timeout: 30_000 })
    await row.getByRole('link').click()
    const hold = page.locator('[data-hold=pre_harvest_interval]')
    const until = iso(7).split('-').reverse().join('/')
    assert.ok((await hold.innerText()).includes(`đến ${until} mới hết`), await hold.innerText())
    assert.match(await hold.innerText(), /Abamectin/)
    assert.equal(await button(page, 'Đăng bán').count(), 0, 'what is held is not offered')
    assertNoProblems(page)
  })
})

describe('orders', () => {
  /** A guest buys two kilograms. */
  async function buy(listing, payment_method) {
    const answer = await fetch(`${origin}/api/v1/checkout`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      body: JSON.stringify({
        lines: [{ listing_id: listing.id, quantity: { value: '2', unit: 'kg' } }],
        buyer: { name: 'Lý Thị Mai', phone: '0912345678' },
        ship_to: { commune_code: '05503', street: 'Xóm Hồng Thái 2' },
        delivery: 'ship',
        payment_method,
      }),
    })
    const text = await answer.text()
    assert.equal(answer.status, 201, text)
    return JSON.parse(text)
  }

  test('an order that is paid on delivery is accepted, packed, sent and received', async () => {
    const farmer = await api(FARMER)
    const { listing } = await offer(farmer)
    const { orders: [{ id }] } = await buy(listing, 'cod')
    const page = await enter('don-hang')
    const order = page.locator(`[data-order="${id}"]`)
    const group = name => page.locator(`[data-group=${name}] [data-order="${id}"]`)
    await group('confirm').waitFor()
    const told = plain(await order.innerText())
    for (const part of ['Lý Thị Mai', 'Xóm Hồng Thái 2', 'Tân Cương', 'Thu khi giao: 700.000', '2 kg']) {
      assert.ok(told.includes(part), `${part} in ${told}`)
    }
    assert.equal(await order.locator('a[href^="tel:"]').getAttribute('href'), 'tel:0912345678')

    for (const [press, next] of [['Nhận đơn', 'pack'], ['Đã đóng gói', 'ship'], ['Đã gửi đi', 'deliver'], ['Khách đã nhận hàng', 'done']]) {
      await order.getByRole('button', { name: press }).click()
      await group(next).waitFor({ state: 'attached' })
    }
    const { state, fulfilment } = await farmer.get(`/orders/${id}`)
    assert.deepEqual({ state, fulfilment }, { state: 'completed', fulfilment: 'delivered' })
    assertNoProblems(page)
  })

  test('an order waits for its money, and says that the bank told of it', async () => {
    const farmer = await api(FARMER)
    const { listing } = await offer(farmer)
    const { orders: [{ id }], payments: [payment] } = await buy(listing, 'vietqr')
    const page = await enter('don-hang')
    await page.locator(`[data-group=pay] [data-order="${id}"]`, { hasText: 'Khách chưa trả tiền' }).waitFor()
    const paid = await fetch(`${origin}/demo/bank/pay`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ payload: payment.vietqr.payload }),
    })
    assert.ok(paid.ok, `the demo's bank answers ${paid.status}`)
    const order = page.locator(`[data-group=confirm] [data-order="${id}"]`)
    // Settlement follows the bank's answer.
    for (let look = 0; look < 20 && !(await order.count()); look += 1) {
      await button(page, 'Xem lại').click()
      await page.waitForTimeout(500)
    }
    assert.match(await order.innerText(), /Đã nhận 700\.000/)
    assertNoProblems(page)
  })

  test('an order is given up only when asked twice, and without signal no button works but all is still shown', async () => {
    const farmer = await api(FARMER)
    const { listing } = await offer(farmer)
    const { orders: [{ id }] } = await buy(listing, 'cod')
    const page = await enter('don-hang')
    const order = page.locator(`[data-order="${id}"]`)
    await order.getByRole('button', { name: 'Huỷ đơn' }).click()
    await order.getByRole('button', { name: 'Huỷ thật?' }).waitFor()
    assert.equal((await farmer.get(`/orders/${id}`)).state, 'placed')

    await page.context().setOffline(true)
    await page.getByRole('status').filter({ hasText: 'Số liệu tải về' }).waitFor()
    assert.match(await order.innerText(), /Lý Thị Mai[\s\S]*Có mạng mới bấm được/)
    assert.equal(await order.getByRole('button', { name: 'Nhận đơn' }).isDisabled(), true)
    await page.context().setOffline(false)

    await order.getByRole('button', { name: 'Huỷ thật?' }).click()
    await page.locator(`[data-group=off] [data-order="${id}"]`).waitFor({ state: 'attached' })
    assert.equal((await farmer.get(`/orders/${id}`)).state, 'cancelled')
  })
})

describe('where the money goes', () => {
  test('the number is covered until it is asked for; a wrong one is refused at its field; a right one is kept', async () => {
    const farmer = await api(FARMER)
    const [seller] = (await farmer.get('/sellers?mine=1')).items
    const path = `/sellers/${seller.id}/money-account`
    const former = await farmer.get(`${path}?reveal=1`)
    const page = await enter('toi')
    await page.getByRole('link', { name: 'Tài khoản nhận tiền' }).click()
    const account = page.locator(`[data-payee="/api/v1${path}"]`)
    const number = account.locator('[data-number]')
    await number.waitFor()
    assert.equal(await number.innerText(), former.number_masked)
    assert.ok(!(await page.content()).includes(former.number), 'the number is not on the page')
    await account.getByRole('button', { name: 'Hiện số' }).click()
    await number.getByText(former.number, { exact: true }).waitFor()
    await account.getByRole('button', { name: 'Che số' }).click()
    assert.equal(await number.innerText(), former.number_masked)
    assertNoProblems(page)

    const change = async typed => {
      await account.getByLabel('Số tài khoản').fill(typed)
      await account.getByRole('button', { name: 'Lưu' }).click()
    }
    await account.getByRole('button', { name: 'Đổi tài khoản' }).click()
    assert.equal(await account.getByLabel('Tên chủ tài khoản').inputValue(), former.holder_name)
    await account.locator('.picker__chosen').click()
    await account.getByRole('searchbox').fill('techcom')
    await account.getByRole('searchbox').press('Enter')
    assert.match(await account.locator('.picker__chosen').innerText(), /Techcombank/i)
    await change('số của tôi')
    await account.locator('.field__error').waitFor()
    assert.equal(await account.getByLabel('Số tài khoản').getAttribute('aria-invalid'), 'true')
    await change('1903 6688 0011')
    await number.getByText('••••0011').waitFor()
    const now = await farmer.get(`${path}?reveal=1`)
    assert.equal(now.number, '190366880011')
    assert.equal(now.notices, former.notices)

    // As it was, for whoever comes next.
    await account.getByRole('button', { name: 'Đổi tài khoản' }).click()
    await account.locator('.picker__chosen').click()
    await account.getByRole('searchbox').fill(former.bank_name)
    await account.locator('.picker__option').first().click()
    await change(former.number)
    await number.getByText(former.number_masked).waitFor()
  })
})

for (const [light, options] of Object.entries({ light: {}, dark: { colorScheme: 'dark' }, 'high contrast': { contrast: 'more' } })) {
  test(`every screen of a seller is accessible and fits 360 px in ${light}`, async () => {
    const { product, batch } = await api(FARMER).then(offer)
    const page = await enter('', options)
    const screens = {
      'san-pham': `[data-product="${product.id}"]`,
      'san-pham?moi': '.picker__option',
      [`san-pham?xem=${product.id}`]: '[data-listing]',
      'lo-hang': `[data-batch="${batch.id}"]`,
      'lo-hang?moi': '.picker__option',
      [`lo-hang?xem=${batch.id}`]: '#gia',
      'don-hang': 'nav.bar [aria-current=page]',
      'tai-khoan-nhan-tien': '[data-number]',
      toi: '.preferences, .preference',
    }
    for (const [path, there] of Object.entries(screens)) {
      await page.goto(`/app/${path}`)
      await page.locator(there).first().waitFor()
      await assertFits(page)
      await assertAccessible(page, `/app/${path} in ${light}`)
    }
    assertNoProblems(page)
  })
}
