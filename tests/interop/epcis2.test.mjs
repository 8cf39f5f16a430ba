// GS1's repository interface as its best known JavaScript client uses it, unmodified.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import epcis from 'epcis2.js'
import { startExchange } from '../browser/exchange.mjs'
import { administrator } from './account.mjs'

const { CaptureResponse, EPCISDocument, ObjectEvent, QuantityElement, capture, setup } = epcis
let exchange
let authorization

before(async () => {
  exchange = await startExchange()
  authorization = await administrator(exchange.origin)
  setup({ apiUrl: `${exchange.origin}/epcis/v2`, headers: { 'content-type': 'application/json', authorization } })
})
after(() => exchange?.stop())

function harvest(eventID) {
  const event = new ObjectEvent()
  event.setEventID(eventID)
  event.setEventTime('2026-04-12T08:30:00.000+07:00').setEventTimeZoneOffset('+07:00')
  event.setAction('ADD').setBizStep('creating_class_instance').setDisposition('active')
  event.addQuantity(new QuantityElement('urn:epc:class:lgtin:4012345.012345.998877', 120.5, 'KGM'))
  const document = new EPCISDocument()
  document.setCreationDate('2026-04-12T10:00:00Z').addEvent(event)
  return document
}

async function captured(document) {
  const response = new CaptureResponse(await capture(document, { timeout: 10_000 }))
  await response.pollForTheCaptureToFinish(40, 100, { timeout: 10_000 })
  return response
}

test('a document is captured and its job succeeds', async () => {
  const eventID = `urn:uuid:${randomUUID()}`
  const response = await captured(harvest(eventID))
  assert.equal(response.getRunningStatus(), false)
  assert.equal(response.getSuccessStatus(), true, JSON.stringify(response.getErrors()))
  assert.deepEqual(response.getErrors(), [])

  const answer = await fetch(`${exchange.origin}/epcis/v2/events?EQ_eventID=${encodeURIComponent(eventID)}`, { headers: { authorization } })
  assert.equal(answer.status, 200)
  const [event, ...more] = (await answer.json()).epcisBody.queryResults.resultsBody.eventList
  assert.equal(more.length, 0)
  assert.equal(event.eventID, eventID)
  assert.deepEqual(event.quantityList, [{ epcClass: 'urn:epc:class:lgtin:4012345.012345.998877', quantity: 120.5, uom: 'KGM' }])
})

test('another event under the same identifier is refused, and the client is told', async () => {
  const eventID = `urn:uuid:${randomUUID()}`
  assert.equal((await captured(harvest(eventID))).getSuccessStatus(), true)
  const other = harvest(eventID)
  other.eventList[0].setDisposition('damaged')
  const response = await captured(other)
  assert.equal(response.getSuccessStatus(), false)
  assert.ok(response.getErrors().length > 0)
})
