// The console's desks: what officers look after, what sellers answer, files of goods, and the second lock of an account.
import assert from 'node:assert/strict'
import { createHmac, randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { assertAccessible, assertFits, assertNoProblems, openBrowser, openPage, origin } from './browser.mjs'
import { harvest, signIn as api } from './farmer.mjs'

const FARMER = '0900000001'
const OFFICER = '0900000004'
const HELPER = '0900000006'
const ADMINISTRATOR = '0900000009'

let browser
before(async () => (browser = await openBrowser()))
after(() => browser?.close())

const button = (page, name) => page.getByRole('button', { name, exact: true })
const plain = text => text.replaceAll('\u{a0}', ' ')

/** Somebody's console at `path`, signed in through its own form. */
async function enter(phone, path, options, password = 'choque-demo') {
  const page = await openPage(browser, options)
  await page.goto('/app/')
  await page.locator('#phone').fill(phone)
  await page.locator('#password').fill(password)
  await page.locator('main form button[type=submit]').click()
  await page.locator('nav.bar').waitFor()
  // Before the sign-in nobody was signed in, which is what the first question is answered with.
  page.problems = page.problems.filter(problem => !/answered 401|status of 401/.test(problem))
  await page.goto(`/app/${path}`)
  await page.locator('nav.bar').waitFor()
  return page
}

/** Without what was refused on purpose. */
function forgive(page, pattern) {
  page.problems = page.problems.filter(problem => !pattern.test(problem))
}

/** A product on sale, all new. */
async function offer() {
  const farmer = await api(FARMER)
  const { product } = await harvest(farmer)
  const listing = await farmer.create('/listings', { product_id: product.id, price: 350_000, unit: 'kg', stock: { value: '20', unit: 'kg' } })
  return { farmer, product, listing }
}

async function report(id, text) {
  const answer = await fetch(`${origin}/api/v1/reports`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify({ subject: 'listing', id, reason: 'wrong_origin', text }),
  })
  assert.equal(answer.status, 201, await answer.clone().text())
  return answer.json()
}

const DESKS = [
  [FARMER, ['gian-hang', 'ho-so', 'ho-so?moi', 'giay-chung-nhan', 'giay-chung-nhan?moi', 'bi-go', 'nhap-hang', 'bao-mat', 'ai-giup-toi', 'san-pham?moi', 'toi']],
  [FARMER, [
    'don-hang?muc=danh-gia', 'giao-hang', 'giao-hang?muc=dot-ban', 'giao-hang?muc=tien-de-lai', 'tien-hang', 'tien-hang?muc=hoan-tien', 'tien-hang?muc=chi-tra', 'tien-hang?muc=phi-san',
    'tien-hang?muc=tien-la', 'tien-hang?muc=nap-sao-ke', 'tien-hang?muc=doi-soat', 'noi-phan-mem', 'bao-tin', 'bao-tin?muc=cach-bao',
  ]],
  [HELPER, ['giup-ba-con', 'giup-ba-con?moi']],
  [OFFICER, ['ban-ho-so', 'ban-ho-so?loc=xong', 'kiem-duyet', 'kiem-duyet?muc=duyet-tin', 'kiem-duyet?muc=nguoi-ban', 'kiem-duyet?muc=giay-chung-nhan', 'kiem-duyet?muc=go-xuong', 'ban-tien', 'ban-tien?muc=khieu-nai', 'ban-tien?muc=thue', 'so-viec']],
  [ADMINISTRATOR, ['phan-viec', 'ban-tien', 'ban-tien?muc=doi-soat', 'ban-tien?muc=nap-sao-ke', 'ban-tien?muc=chi-tra', 'ban-tien?muc=hoan-tien', 'ban-tien?muc=phi-san', 'ban-tien?muc=thue', 'so-viec']],
]

describe('every desk', () => {
  for (const [phone, paths] of DESKS) {
    test(`of ${phone} (${paths[0]} and others) fits a small phone, reads aloud, and holds in the dark and with large letters`, async () => {
      for (const colorScheme of ['light', 'dark']) {
        const page = await enter(phone, '', { colorScheme })
        if (colorScheme === 'dark') await page.context().addCookies([{ name: 'scale', value: 'large', url: origin }])
        assert.ok((await page.locator('nav.bar li').count()) <= 6, 'the bar has at most six places')
        for (const path of paths) {
          await page.goto(`/app/${path}`)
          await page.locator('nav.bar').waitFor()
          await page.waitForLoadState('networkidle')
          await assertFits(page)
          await assertAccessible(page, path)
          const small = await page.locator('main').evaluate(main => [...main.querySelectorAll('button, a.button, a.chip, input:not([type=hidden]):not([hidden]), select, summary')]
            .filter(element => element.checkVisibility() && !element.matches('[type=checkbox], [type=radio]'))
            .filter(element => element.getBoundingClientRect().height < 47)
            .map(element => element.outerHTML.slice(0, 120)))
          assert.deepEqual(small, [], `${path}: nothing is smaller than a thumb`)
        }
        assertNoProblems(page)
        await page.context().close()
      }
    })
  }

  test('of officers are shown to officers only', async () => {
    const page = await enter(FARMER, 'ban-ho-so')
    assert.equal(await page.locator('nav.bar').getByRole('link', { name: 'Bàn hồ sơ' }).count(), 0)
    assert.equal(await page.locator('[data-dossier]').count(), 0)
    assert.doesNotMatch(await page.locator('.top__title').innerText(), /Bàn hồ sơ/)
  })
})

describe('a report', () => {
  test('is taken up, the listing is taken down, its seller asks for another look', async () => {
    const { farmer, product, listing } = await offer()
    const words = `Nhãn ghi Tân Cương mà không phải ${randomUUID().slice(0, 6)}`
    const { code } = await report(listing.id, words)

    const officer = await enter(OFFICER, 'kiem-duyet')
    await officer.locator(`[data-reported="${listing.id}"]`).getByRole('link').click()
    await officer.getByText(words).waitFor()
    await button(officer, 'Gỡ xuống').click()
    await button(officer, 'Gỡ xuống').click()
    assert.deepEqual(await officer.locator('.field__error').allInnerTexts(), ['Chọn một lý do.', 'Ghi lý do để người ta hiểu.'])
    await officer.locator('#ly-do-go').selectOption('wrong_origin')
    await officer.locator('#loi-go').fill('Không có giấy tờ về nguồn gốc.')
    await button(officer, 'Gỡ xuống').click()
    await officer.locator('.tone--bad', { hasText: 'Đã gỡ xuống' }).waitFor()

    await button(officer, 'Xem xong, trả lời').click()
    await officer.getByRole('radio', { name: 'Đúng, đã xử lý' }).check()
    await officer.getByLabel('Trả lời người báo').fill('Đã gỡ tin này.')
    await button(officer, 'Xem xong, trả lời').click()
    await officer.locator('[data-report]', { hasText: 'Đã gỡ tin này.' }).waitFor()
    await assertAccessible(officer, 'a report')
    assertNoProblems(officer)
    const told = await fetch(`${origin}/api/v1/reports/by-code/${code}`).then(answer => answer.json())
    assert.deepEqual({ state: told.state, answer: told.answer }, { state: 'closed', answer: 'Đã gỡ tin này.' })

    const seller = await enter(FARMER, 'bi-go')
    await seller.locator('[data-takedown]', { hasText: product.name }).getByRole('link').click()
    await seller.getByText('Không có giấy tờ về nguồn gốc.').waitFor()
    await button(seller, 'Gửi xin xem lại').click()
    assert.equal(await seller.locator('.field__error').innerText(), 'Ghi vì sao cần xem lại.')
    await seller.getByLabel('Xin xem lại').fill('Có sổ vùng trồng, xin xem lại.')
    await button(seller, 'Gửi xin xem lại').click()
    await seller.locator('[data-state=appealed]').waitFor()
    await seller.locator('[data-appeal]', { hasText: 'Có sổ vùng trồng' }).waitFor()
    assert.equal(await button(seller, 'Gửi xin xem lại').count(), 0, 'once')
    await assertAccessible(seller, 'a takedown')
    assertNoProblems(seller)
    assert.equal((await farmer.get('/takedowns?mine=1&limit=100')).items[0].state, 'appealed')
  })
})

describe('a product in depth', () => {
  test('a bunch says what it holds, is cheaper for more, and has another pack of the same stock', async () => {
    const farmer = await api(FARMER)
    const { items: categories } = await farmer.get('/categories')
    const category = categories.find(({ name }) => /rau/i.test(name)) ?? categories[0]
    const product = await farmer.create('/products', { name: `Rau cải thử ${randomUUID().slice(0, 8)}`, category: category.id, unit: 'kg' })
    const page = await enter(FARMER, `san-pham?xem=${product.id}`)
    await page.locator('#gia').fill('9.000')
    await page.locator('#gia-theo').selectOption('bo')
    await page.locator('#so-luong-ban').fill('20')
    await page.getByText('Bán theo bó, theo cân, mua nhiều').click()
    await page.locator('#moi-chua').fill('0,3')
    await button(page, 'Thêm giá mua nhiều').click()
    await page.locator('#moi-bac-0-tu').fill('10')
    await button(page, 'Đăng bán').click()
    assert.equal(await page.locator('#moi-bac-0-gia-sai').innerText(), 'Ghi giá bằng số, ví dụ 350.000.')
    await page.locator('#moi-bac-0-gia').fill('8.000')
    await page.locator('#moi-it-nhat').fill('2')
    await button(page, 'Đăng bán').click()
    const listing = page.locator('[data-listing]').first()
    await listing.getByText('1 bó = 0,3 kg').waitFor()
    assert.match(plain(await listing.innerText()), /từ 10 bó: 8\.000 ₫/)
    const id = await listing.getAttribute('data-listing')
    const wire = await farmer.get(`/listings/${id}`)
    assert.deepEqual([wire.contains, wire.tiers.length, wire.min_quantity], [{ value: '0.3', unit: 'kg' }, 1, { value: '2', unit: 'bo' }])

    await button(page, 'Sửa giá, số lượng').click()
    await listing.getByText('Bán theo bó, theo cân, mua nhiều').click()
    await listing.locator(`[id="${id}-it-nhat"]`).fill('')
    await button(page, 'Bỏ').click()
    await button(page, 'Lưu').click()
    await button(page, 'Sửa giá, số lượng').waitFor()
    const changed = await farmer.get(`/listings/${id}`)
    assert.deepEqual([changed.contains, changed.tiers, changed.min_quantity, changed.price], [{ value: '0.3', unit: 'kg' }, [], null, 9000])

    await button(page, 'Thêm một cách bán khác').click()
    await page.locator('#cach-ban').selectOption('shared')
    await page.locator('#gia').fill('28.000')
    await page.locator('#gia-theo').selectOption('kg')
    await button(page, 'Đăng bán').click()
    await page.locator('[data-listing]').nth(1).waitFor()
    const siblings = (await farmer.get(`/listings/${id}`)).siblings
    assert.deepEqual(siblings.map(({ unit, price }) => [unit, price]), [['kg', 28_000]])
    await assertAccessible(page, 'a product in depth')
    await assertFits(page)
    assertNoProblems(page)
  })

  test('what the category asks is told, changed and taken away', async () => {
    const farmer = await api(FARMER)
    const { items: categories } = await farmer.get('/categories')
    const category = categories.find(({ parent, attributes }) => parent && attributes.some(({ kind }) => kind === 'choice' || kind === 'choices') && attributes.some(({ kind }) => kind === 'text'))
    const text = category.attributes.find(({ kind }) => kind === 'text')
    const choice = category.attributes.find(({ kind }) => kind === 'choice')
    const product = await farmer.create('/products', { name: `Hàng thử ${randomUUID().slice(0, 8)}`, category: category.id, unit: 'kg' })
    const page = await enter(FARMER, `san-pham?xem=${product.id}`)
    await button(page, 'Sửa sản phẩm').click()
    await page.locator(`input[data-attribute="${text.key}"]`).fill('xóm Hồng Thái')
    if (choice) await page.locator(`select[data-attribute="${choice.key}"]`).selectOption(choice.choices[0].code)
    await page.locator('#thuong-hieu').fill('Hảo Đạt')
    await button(page, 'Lưu').click()
    await page.getByText('xóm Hồng Thái').waitFor()
    const { attributes, brand } = await farmer.get(`/products/${product.id}`)
    assert.equal(attributes[text.key], 'xóm Hồng Thái')
    if (choice) assert.equal(attributes[choice.key], choice.choices[0].code)
    assert.equal(brand, 'Hảo Đạt')
    await button(page, 'Sửa sản phẩm').click()
    await page.locator(`input[data-attribute="${text.key}"]`).fill('')
    await button(page, 'Lưu').click()
    await button(page, 'Sửa sản phẩm').waitFor()
    assert.equal(text.key in (await farmer.get(`/products/${product.id}`)).attributes, false)
    assertNoProblems(page)
  })
})

describe('a sheet of goods', () => {
  test('is looked at first; the good row is written, the bad one is explained and handed back', async () => {
    const farmer = await api(FARMER)
    const { items: categories } = await farmer.get('/categories')
    const category = categories.find(({ name }) => /chè xanh/i.test(name)) ?? categories[0]
    const name = `Chè nhập thử ${randomUUID().slice(0, 8)}`
    const rows = [
      'name,category,unit,price,mode,stock',
      `${name},${category.id},kg,320000,có sẵn,12`,
      `${name} hỏng,${category.id},kg,mười nghìn,có sẵn,12`,
    ]
    const page = await enter(FARMER, 'nhap-hang')
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button(page, 'Chọn tệp').click()])
    await chooser.setFiles({ name: 'hang.csv', mimeType: 'text/csv', buffer: Buffer.from(rows.join('\r\n')) })
    await page.locator('[data-import-state=ready]').waitFor()
    assert.deepEqual(await page.locator('[data-good]').evaluate(({ dataset }) => [dataset.good, dataset.bad]), ['1', '1'])
    assert.match(await page.locator('[data-line="3"]').innerText(), /Dòng 3, cột Giá/)
    await assertAccessible(page, 'an import')
    await assertFits(page)
    await button(page, 'Ghi 1 dòng đúng').click()
    await page.locator('[data-import-state=done]').waitFor({ timeout: 30_000 })
    assert.equal(await page.locator('[data-done]').getAttribute('data-done'), '1')
    const listings = (await farmer.get('/listings?mine=1&limit=100')).items
    assert.ok(listings.some(({ title, price }) => title === name && price === 320_000))
    const refused = await page.getByRole('link', { name: 'Tải dòng sai (CSV)' }).getAttribute('href')
    const { bytes } = await farmer.download(refused.replace('/api/v1', ''))
    const text = bytes.toString('utf8')
    assert.ok(text.includes(`${name} hỏng`) && !text.includes(`${name},`), 'the bad row alone comes back')
    assertNoProblems(page)
  })
})

/** RFC 6238: the six digits of `secret` (base32) now. */
function totp(secret, at = Date.now()) {
  const bits = [...secret.replace(/\s/g, '')].map(letter => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g).map(byte => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)))
  const mac = createHmac('sha1', key).update(counter).digest()
  const from = mac[19] & 15
  return String((mac.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

describe('a second lock', () => {
  test('is set up with an app, its codes are shown once, and the next sign-in asks for it', async () => {
    const phone = `09${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`
    const password = `mat-khau-${randomUUID()}`
    const made = await fetch(`${origin}/api/v1/accounts`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ phone, name: 'Lê Thị Khoá', password }) })
    assert.equal(made.status, 201, await made.clone().text())

    const page = await enter(phone, 'bao-mat', {}, password)
    await button(page, 'Tạo mã xác thực').click()
    const secret = await page.locator('[data-secret]').getAttribute('data-secret')
    const qr = await page.locator('svg.qr').getAttribute('data-payload')
    assert.match(qr, /^otpauth:\/\/totp\//)
    assert.equal(new URL(qr).searchParams.get('secret'), secret)
    await page.locator('#ma-xac-thuc').fill('000000')
    await button(page, 'Xong').click()
    await page.locator('#ma-xac-thuc-sai').waitFor()
    forgive(page, /confirm answered 422|status of 422/)
    await page.locator('#ma-xac-thuc').fill(totp(secret))
    await button(page, 'Xong').click()
    await page.locator('[data-codes]').waitFor()
    const codes = await page.locator('[data-codes] li').allInnerTexts()
    assert.equal(codes.length, 10)
    await assertAccessible(page, 'recovery codes')
    await button(page, 'Tôi đã chép lại').click()
    await page.locator('[data-protected=true]').waitFor()
    await page.reload()
    await page.locator('[data-protected=true]').waitFor()
    assert.equal(await page.locator('[data-codes]').count(), 0, 'they are shown once')
    await assertAccessible(page, 'the second lock')
    assertNoProblems(page)

    // Another phone: the console's own form leads through the second step and back.
    const other = await openPage(browser)
    await other.goto('/app/')
    await other.locator('#phone').fill(phone)
    await other.locator('#password').fill(password)
    await other.locator('main form button[type=submit]').click()
    await other.locator('input[name=code]').fill(codes[0])
    await other.locator('form[action="/dang-nhap/buoc-hai"] button[type=submit]').click()
    await other.locator('nav.bar').waitFor()
    assert.match(other.url(), /\/app\/$/)
    await other.goto('/app/bao-mat')
    await other.getByText('Còn 9 mã dự phòng.').waitFor()
  })
})
